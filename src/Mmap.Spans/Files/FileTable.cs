using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>A manager's open files by identity, so that openers of one file share its regions. Thread-safe.</summary>
internal sealed class FileTable
{
    private readonly object _lock = new();

    private readonly HashSet<FileEntry> _entries = new(ByKey.Instance);

    /// <summary>The streams and readers among the openers. Few files have any, and an entry stays small.</summary>
    private readonly Dictionary<FileEntry, int> _streams = [];
    private bool _closed;

    /// <summary>True once the manager is disposed.</summary>
    // Order: acquire. Stale: the files' directories and handles refuse as well.
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Returns the entry of a file, with one more opener; made by <paramref name="make"/> if there is
    /// none.</summary>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public FileEntry Open(FileKey key, Func<FileEntry> make, out bool made)
    {
        using (new MonitorScope(_lock))
        {
            if (_closed) throw new ObjectDisposedException("MapManager", "The manager is disposed.");
            made = !_entries.GetAlternateLookup<FileKey>().TryGetValue(key, out FileEntry? entry);
            if (entry is null) _entries.Add(entry = make());
            entry.Openers++;
            return entry;
        }
    }

    /// <summary>Adds a stream or a reader as an opener to an open file.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="path">Its known name, if any.</param>
    /// <exception cref="ObjectDisposedException">The manager is disposed, or the last opener has just
    /// ended.</exception>
    public void Join(FileEntry entry, string? path)
    {
        using (new MonitorScope(_lock))
        {
            if (_closed) throw new ObjectDisposedException("MapManager", "The manager is disposed.");
            if (entry.Openers == 0)
                throw new ObjectDisposedException(RegionDirectory.OpenerName, $"'{entry.Handle.Name}' is closed.");
            entry.Openers++;
            _streams[entry] = _streams.GetValueOrDefault(entry) + 1;
        }

        if (path is not null) entry.Handle.AddPath(path);
    }

    /// <summary>Ends one opener's use. The last opener closes the file.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="path">The opener's name for it, if any.</param>
    /// <param name="ofStream">True if a stream or a reader was the opener.</param>
    public void EndUse(FileEntry entry, string? path, bool ofStream = false)
    {
        if (path is not null) entry.Handle.RemovePath(path);
        using (new MonitorScope(_lock))
        {
            if (ofStream && _streams.Remove(entry, out int streams) && streams > 1) _streams[entry] = streams - 1;
            if (--entry.Openers > 0 || !_entries.Remove(entry)) return;
        }

        entry.Close();
    }

    /// <summary>The number of streams and pipe readers that have a file open.</summary>
    public int StreamsOf(FileEntry entry)
    {
        using (new MonitorScope(_lock)) return _streams.GetValueOrDefault(entry);
    }

    /// <summary>The open files at one moment.</summary>
    public List<FileEntry> Snapshot()
    {
        using (new MonitorScope(_lock)) return [.. _entries];
    }

    /// <summary>Closes all files; later opens are refused.</summary>
    /// <returns>False, with nothing done, if that was done before.</returns>
    public bool Close()
    {
        List<FileEntry> all;
        using (new MonitorScope(_lock))
        {
            if (_closed) return false;
            // Order: release, pairs with the acquire in IsClosed. Stale: as there.
            Volatile.Write(ref _closed, true);
            all = [.. _entries];
            _entries.Clear();
        }

        foreach (FileEntry entry in all) entry.Close();
        return true;
    }

    /// <summary>Compares entries by key, so that the key is not stored twice.</summary>
    private sealed class ByKey : IEqualityComparer<FileEntry>, IAlternateEqualityComparer<FileKey, FileEntry>
    {
        public static readonly ByKey Instance = new();

        public bool Equals(FileEntry? first, FileEntry? second) => ReferenceEquals(first, second);

        public int GetHashCode(FileEntry entry) => GetHashCode(entry.Key);

        public bool Equals(FileKey key, FileEntry entry) => entry.Key == key;

        public int GetHashCode(FileKey key) => key.GetHashCode();

        public FileEntry Create(FileKey key) =>
            throw new NotSupportedException("An entry is made by its opener, not by a look-up.");
    }
}
