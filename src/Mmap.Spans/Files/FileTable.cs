namespace Mmap.Spans.Files;

/// <summary>The open files of a manager by identity, so that two opens of one file share its regions. Thread-safe.</summary>
internal sealed class FileTable
{
    private readonly object _lock = new();

    /// <summary>Found by their key, which is not stored a second time.</summary>
    private readonly HashSet<FileEntry> _entries = new(ByKey.Instance);
    private readonly HashSet<FileEntry>.AlternateLookup<FileKey> _byKey;
    private bool _closed;

    public FileTable() => _byKey = _entries.GetAlternateLookup<FileKey>();

    /// <summary>Files open now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>The entry of a file, with one more opener; made by <paramref name="make"/> if there is none.</summary>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public FileEntry Open(FileKey key, Func<FileEntry> make, out bool made)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(MapManager));
            made = !_byKey.TryGetValue(key, out FileEntry? entry);
            if (entry is null) _entries.Add(entry = make());
            entry.Openers++;
            return entry;
        }
    }

    /// <summary>Ends one opener's use; the last one closes the file.</summary>
    public void Leave(FileEntry entry)
    {
        lock (_lock)
        {
            if (--entry.Openers > 0 || !_entries.Remove(entry)) return;
        }

        entry.Close();
    }

    /// <summary>The open files at one moment.</summary>
    public List<FileEntry> Snapshot()
    {
        lock (_lock) return [.. _entries];
    }

    /// <summary>Closes all files; none can be opened afterwards.</summary>
    public void Close()
    {
        List<FileEntry> all;
        lock (_lock)
        {
            _closed = true;
            all = [.. _entries];
            _entries.Clear();
        }

        foreach (FileEntry entry in all) entry.Close();
    }

    private sealed class ByKey : IEqualityComparer<FileEntry>, IAlternateEqualityComparer<FileKey, FileEntry>
    {
        public static readonly ByKey Instance = new();

        public bool Equals(FileEntry? first, FileEntry? second) =>
            ReferenceEquals(first, second) || (first is not null && second is not null && first.Key == second.Key);

        public bool Equals(FileKey key, FileEntry entry) => entry.Key == key;

        public int GetHashCode(FileEntry entry) => entry.Key.GetHashCode();

        public int GetHashCode(FileKey key) => key.GetHashCode();

        // Entries are made by who opens: they need more than the key.
        public FileEntry Create(FileKey key) => throw new NotSupportedException();
    }
}
