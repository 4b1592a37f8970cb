namespace Mmap.Spans.Files;

/// <summary>
/// How many file handles may be open, and which goes first: the one not used for longest. A mapped region needs no
/// handle, so a file whose handle was closed keeps its regions. Thread-safe.
/// </summary>
/// <remarks>
/// A file's own lock may be held when this one is taken, never the other way round. A file that opens its handle again
/// holds its own lock while it takes the oldest file's, to close that one's: this cannot go round in a circle, because
/// a file that opens has no handle and is not among those to be closed.
/// </remarks>
internal sealed class HandleBudget(int max)
{
    private readonly object _lock = new();
    private readonly LinkedList<FileHandle> _byUse = new();
    private int _open;

    public int Max { get; } = max;

    /// <summary>Handles open now, including those lent by users, which cannot be closed.</summary>
    public int Open
    {
        get
        {
            lock (_lock) return _open;
        }
    }

    /// <summary>Counts a handle that is about to be opened; closes others for it.</summary>
    public void Reserve()
    {
        while (true)
        {
            FileHandle? oldest;
            lock (_lock)
            {
                oldest = _open < Max ? null : TakeOldest();
                if (oldest is null)
                {
                    // Either there is room, or every handle belongs to a user or is just being opened.
                    _open++;
                    return;
                }
            }

            oldest.CloseForNow();
        }
    }

    /// <summary>Closes the handle not used for longest.</summary>
    /// <returns>False if there is none that may be closed.</returns>
    public bool CloseOldest()
    {
        FileHandle? oldest;
        lock (_lock) oldest = TakeOldest();
        oldest?.CloseForNow();
        return oldest is not null;
    }

    /// <summary>Puts a handle at the end of those to be closed.</summary>
    public void Used(FileHandle file)
    {
        lock (_lock)
        {
            if (file.Use.List is not null) _byUse.Remove(file.Use);
            _byUse.AddLast(file.Use);
        }
    }

    /// <summary>Counts a handle out that was closed or could not be opened.</summary>
    public void Closed()
    {
        lock (_lock) _open--;
    }

    /// <summary>Takes a file out of those to be closed.</summary>
    public void Forget(FileHandle file)
    {
        lock (_lock)
        {
            if (file.Use.List is not null) _byUse.Remove(file.Use);
        }
    }

    private FileHandle? TakeOldest()
    {
        if (_byUse.First is not { } first) return null;
        _byUse.Remove(first);
        return first.Value;
    }
}
