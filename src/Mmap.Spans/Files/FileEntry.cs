using Mmap.Spans.Diagnostics;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>What all openers of one file share: its handle and the directory of its regions.</summary>
/// <remarks>
/// Programs keep tens of thousands of files open, so the few objects that make up an open file are kept small: each is
/// its own lock, and says nothing that another one says already.
/// </remarks>
internal sealed class FileEntry(Backing backing, FileHandle handle, RegionDirectory directory)
{
    private readonly Backing _backing = backing;

    /// <summary>What openers must have in common to share this.</summary>
    public FileKey Key => new(Handle.Identity, _backing);

    public FileHandle Handle { get; } = handle;

    public RegionDirectory Directory { get; } = directory;

    /// <summary>How many <see cref="MappedFile"/>s are open on it; written under the file table's lock.</summary>
    public int Openers { get; set; }

    /// <summary>Looks at the file again and takes its new length.</summary>
    public FileChange Refresh(string? path)
    {
        // What the kernel makes up was read when it was opened; another read of it would be another file.
        if (Directory.Backing is SnapshotBacking) return FileChange.Unchanged;
        if (path is not null && Handle.IsReplacedAt(path))
        {
            MapEvents.Log.FileChanged(Handle.Name, 0, Directory.Length, $"'{path}' is another file now.");
            return FileChange.Replaced;
        }

        long before, length;
        List<Region> detached;
        // One look at the file at a time: of two lengths the one seen last must be the one that stays.
        using (new MonitorScope(this))
        {
            before = Directory.Length;
            length = Directory.Backing.Length;
            // Also when the length is the same: a region may have been loaded while the file was shorter for a time.
            detached = Directory.Resize(length);
        }

        Directory.Table.Close(detached);

        if (length != before)
            MapEvents.Log.FileChanged(Handle.Name, Math.Min(before, length), Math.Abs(length - before), $"'{Handle.Name}' had {before} bytes and has {length} now.");

        return length.CompareTo(before) switch
        {
            0 => FileChange.Unchanged,
            > 0 => FileChange.Grown,
            _ => FileChange.Shrunk,
        };
    }

    /// <summary>Closes the file: no new lease, and each region goes when its last lease ends.</summary>
    public void Close()
    {
        Directory.Table.Close(Directory.Close());
        Handle.Dispose();
    }
}

/// <summary>What openers must have in common to share an entry.</summary>
internal readonly record struct FileKey(FileIdentity Identity, Backing Backing);
