namespace Mmap.Spans.Files;

/// <summary>
/// The paths that a file may be opened again by: the first one for good, others as long as openers use them, and the
/// one that it was found under last. Its owner's lock guards all but <see cref="First"/>.
/// </summary>
internal struct FileNames
{
    private string? _first;

    /// <summary>
    /// How many openers use each of the other paths, none the one that was found. Most files have no other.
    /// </summary>
    private Dictionary<string, int>? _more;

    /// <summary>The path that it was opened by first, if any was.</summary>
    // Order: acquire; it is written once, so that none only means that it is not there yet.
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
        // Order: release; the string is whole before it shows.
        if (_first is null) Volatile.Write(ref _first, path);
        else if (path != _first) (_more ??= [])[path] = _more.GetValueOrDefault(path) + 1;
    }

    /// <summary>Ends one opener's use of a path.</summary>
    public void Remove(string path)
    {
        if (_more is null || !_more.TryGetValue(path, out int openers)) return;
        if (openers > 1) _more[path] = openers - 1;
        else _more.Remove(path);
        // A dictionary keeps the room that it once needed.
        if (_more.Count == 0) _more = null;
    }

    /// <summary>Notes where the file is now, in the place of where it was found before.</summary>
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
