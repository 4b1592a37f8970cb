using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>
/// The maximum of open file handles, and their order of use: the one unused for longest is closed first. A mapped
/// region needs no handle, so a file whose handle was closed keeps its regions. The handle of a file without a name
/// stays open, and may exceed the maximum. Thread-safe.
/// </summary>
/// <remarks>
/// A file's own lock may be held when this one is taken, never the other way round. A file that reopens its handle
/// holds its own lock while it takes the oldest file's lock to close that handle. This makes no cycle: a file that
/// opens has no handle, so it is not in the list.
/// </remarks>
internal sealed class HandleBudget(int max)
{
    private readonly object _lock = new();

    /// <summary>The ends of a list through the files themselves: files with a handle of ours, by last use.</summary>
    private FileHandle? _oldest, _newest;
    private int _open;

    /// <summary>The number of times that another handle than the last was used; raised without the lock.</summary>
    private long _uses;
    private FileHandle? _lastUsed;

    public int Max { get; } = max;

    /// <summary>Open handles, including callers' handles, which cannot be closed.</summary>
    public int Open
    {
        get
        {
            using (new MonitorScope(_lock)) return _open;
        }
    }

    /// <summary>Counts a handle that is about to be opened; closes others to make room.</summary>
    public void Reserve()
    {
        while (true)
        {
            FileHandle? oldest;
            using (new MonitorScope(_lock))
            {
                oldest = _open < Max ? null : TakeOldest();
                if (oldest is null)
                {
                    // There is room, or every handle belongs to a caller or a file without a name, or is just being
                    // opened.
                    _open++;
                    return;
                }
            }

            oldest.TryYield();
        }
    }

    /// <summary>Closes the handle unused for longest.</summary>
    /// <returns>False if no handle may be closed.</returns>
    public bool CloseOldest()
    {
        while (true)
        {
            FileHandle? oldest;
            using (new MonitorScope(_lock)) oldest = TakeOldest();
            if (oldest is null) return false;
            if (oldest.TryYield()) return true;
        }
    }

    /// <summary>Moves a file to the end of the list.</summary>
    public void MarkUsed(FileHandle file)
    {
        using (new MonitorScope(_lock))
        {
            Unlink(file);
            NoteUse(file);
            Insert(file);
        }
    }

    /// <summary>Notes a use, without the lock: a handle used again and again writes its own field alone.</summary>
    public void NoteUse(FileHandle file)
    {
        // Order: none is needed. Stale: of uses at one time one is lost, or both count as one, and of two handles
        // either may go first.
        if (!ReferenceEquals(Volatile.Read(ref _lastUsed), file))
        {
            // Order: none, as above.
            Volatile.Write(ref _lastUsed, file);
            Volatile.Write(ref _uses, Volatile.Read(ref _uses) + 1);
        }

        // Order: none, as above.
        file.UsedAt = Volatile.Read(ref _uses);
    }

    /// <summary>Uncounts a handle that was closed or could not be opened.</summary>
    public void OnClosed()
    {
        using (new MonitorScope(_lock)) _open--;
    }

    /// <summary>Removes a file from the list.</summary>
    public void Remove(FileHandle file)
    {
        using (new MonitorScope(_lock)) Unlink(file);
    }

    /// <summary>
    /// Takes the handle not used for longest; those used since they were put in order are put in anew. Under the lock.
    /// </summary>
    private FileHandle? TakeOldest()
    {
        // Each at most once: others may use them all the time.
        for (int turns = _open; _oldest is { } oldest; turns--)
        {
            Unlink(oldest);
            if (oldest.UsedAt <= oldest.OrderedAt || turns <= 0) return oldest;
            Insert(oldest);
        }

        return null;
    }

    /// <summary>Puts a handle where its last use belongs, which is near the end. Under the lock.</summary>
    private void Insert(FileHandle file)
    {
        file.OrderedAt = file.UsedAt;
        FileHandle? older = _newest;
        while (older is not null && older.OrderedAt > file.OrderedAt) older = older.Older;
        file.Older = older;
        file.Newer = older is null ? _oldest : older.Newer;
        if (file.Older is null) _oldest = file;
        else file.Older.Newer = file;
        if (file.Newer is null) _newest = file;
        else file.Newer.Older = file;
    }

    /// <summary>Removes a file from the list, if it is in it. Under the lock.</summary>
    private void Unlink(FileHandle file)
    {
        // Order: none is needed. A user of this very moment may set it again, and keep a closed file's handle a while.
        if (ReferenceEquals(Volatile.Read(ref _lastUsed), file)) Volatile.Write(ref _lastUsed, null);
        if (file.Older is null && _oldest != file) return;
        if (file.Older is null) _oldest = file.Newer;
        else file.Older.Newer = file.Newer;
        if (file.Newer is null) _newest = file.Older;
        else file.Newer.Older = file.Older;
        file.Older = file.Newer = null;
    }
}
