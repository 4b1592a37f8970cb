using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>The open files of a manager by identity, so that two opens of one file share its regions. Thread-safe.</summary>
internal sealed class FileTable
{
    private readonly object _lock = new();

    /// <summary>Entries, found by their key or by each other; so the key is not stored a second time.</summary>
    private readonly HashSet<object> _entries = new(ByKey.Instance);
    private bool _closed;

    /// <summary>Files open now.</summary>
    public int Count
    {
        get
        {
            using (new Locked(_lock)) return _entries.Count;
        }
    }

    /// <summary>The entry of a file, with one more opener; made by <paramref name="make"/> if there is none.</summary>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public FileEntry Open(FileKey key, Func<FileEntry> make, out bool made)
    {
        using (new Locked(_lock))
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(MapManager));
            made = !_entries.TryGetValue(key, out object? found);
            FileEntry entry = made ? make() : (FileEntry)found!;
            if (made) _entries.Add(entry);
            entry.Openers++;
            return entry;
        }
    }

    /// <summary>Ends one opener's use; the last one closes the file.</summary>
    public void Leave(FileEntry entry)
    {
        using (new Locked(_lock))
        {
            if (--entry.Openers > 0 || !_entries.Remove(entry)) return;
        }

        entry.Close();
    }

    /// <summary>The open files at one moment.</summary>
    public List<FileEntry> Snapshot()
    {
        using (new Locked(_lock)) return [.. _entries.Cast<FileEntry>()];
    }

    /// <summary>Closes all files; none can be opened afterwards.</summary>
    public void Close()
    {
        List<FileEntry> all;
        using (new Locked(_lock))
        {
            _closed = true;
            all = [.. _entries.Cast<FileEntry>()];
            _entries.Clear();
        }

        foreach (FileEntry entry in all) entry.Close();
    }

    private sealed class ByKey : IEqualityComparer<object>
    {
        public static readonly ByKey Instance = new();

        public new bool Equals(object? first, object? second) =>
            ReferenceEquals(first, second) || (first is not null && second is not null && KeyOf(first) == KeyOf(second));

        public int GetHashCode(object entryOrKey) => KeyOf(entryOrKey).GetHashCode();

        private static FileKey KeyOf(object entryOrKey) => entryOrKey is FileEntry entry ? entry.Key : (FileKey)entryOrKey;
    }
}
