namespace Mmap.Spans.Files;

/// <summary>
/// The paths by which a file may be reopened. The first one stays for good, others while openers use them, and the path
/// where it was last found. Its owner's lock guards all but <see cref="First"/>.
/// </summary>
internal struct FileNames
{
    private string? _first;

    /// <summary>
    /// The number of openers of each further path; 0 for the path where it was found. Most files have none.
    /// </summary>
    private Dictionary<string, int>? _more;

    /// <summary>The path by which it was first opened; null if there is none.</summary>
    // Order: acquire; it is written once, so null only means that it is not written yet.
    public readonly string? First => Volatile.Read(in _first);

    /// <summary>All paths, the first one first.</summary>
    public readonly string[] All()
    {
        if (_first is not { } first) return [];
        return _more is null ? [first] : [first, .. _more.Keys];
    }

    /// <summary>Adds an opener's path.</summary>
    public void Add(string path)
    {
        // Order: release; the string is complete before it shows.
        if (_first is null) Volatile.Write(ref _first, path);
        else if (path != _first) (_more ??= [])[path] = _more.GetValueOrDefault(path) + 1;
    }

    /// <summary>Ends one opener's use of a path.</summary>
    public void Remove(string path)
    {
        if (_more is null || !_more.TryGetValue(path, out int openers)) return;
        if (openers > 1) _more[path] = openers - 1;
        else _more.Remove(path);
        // A dictionary keeps its capacity.
        if (_more.Count == 0) _more = null;
    }

    /// <summary>Records the present path of the file, in place of the one found before.</summary>
    public void Find(string path)
    {
        _more ??= [];
        foreach ((string other, int openers) in _more)
        {
            if (openers == 0) _more.Remove(other);
        }

        _more.TryAdd(path, 0);
    }
}
