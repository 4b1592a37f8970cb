using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>The shared state of all openers of one file: its handle and the directory of its regions.</summary>
/// <remarks>
/// Programs keep tens of thousands of files open, so the objects of an open file are few and small. Each is its own
/// lock, and none repeats another's fields.
/// </remarks>
internal sealed class FileEntry(Backing backing, FileHandle handle, RegionDirectory directory)
{
    private readonly Backing _backing = backing;

    /// <summary>The properties that openers must have in common to share this entry.</summary>
    public FileKey Key => new(Handle.Identity, _backing, Handle.Access);

    public FileHandle Handle { get; } = handle;

    public RegionDirectory Directory { get; } = directory;

    /// <summary>
    /// The number of <see cref="MappedFile"/>s open on it, including those of streams and readers; written under the
    /// file table's lock.
    /// </summary>
    public int Openers { get; set; }

    /// <summary>The latest look at the file, by any opener.</summary>
    public FileLook Known => Handle.Known with { Length = Directory.Length };

    /// <summary>
    /// Looks at the file again: takes its new length, and drops copies if it was written to.
    /// </summary>
    public FileLook Look()
    {
        FileLook known, now;
        List<Region> detached;
        using (new MonitorScope(this)) now = Take(out known, out detached);
        Tell(known, now, detached);
        return now;
    }

    /// <summary>
    /// Returns the present length, without changing the openers' length; drops copies older than the last write.
    /// </summary>
    public long Verify()
    {
        FileLook now = Directory.Backing.Look();
        if (!now.IsWrittenSince(Known)) return now.Length;

        List<Region> detached;
        using (new MonitorScope(this))
        {
            Handle.Known = Known with { ModifiedAt = now.ModifiedAt };
            detached = Directory.Resize(Directory.Length, dropCopies: true);
        }

        Directory.Table.Close(detached);
        return now.Length;
    }

    /// <summary>Looks at the file again for one of its openers.</summary>
    /// <param name="path">The name that it was opened by, if any.</param>
    /// <param name="seen">The look behind the opener's last answer, replaced by the new one. This entry's lock guards
    /// it.</param>
    public FileChange Refresh(string? path, ref FileLook seen)
    {
        // A file that the kernel generates was read when it was opened; another read would give another file.
        if (Directory.Backing.IsSnapshot) return FileChange.Unchanged;

        // The name first: bytes written before the new file came are in the look that follows.
        bool replaced = path is not null && Handle.IsReplacedAt(path);
        FileChange change;
        FileLook known = default, now = default;
        List<Region> detached = [];
        using (new MonitorScope(this))
        {
            try
            {
                now = Take(out known, out detached);
                change = now.Since(seen);
                seen = now;
            }
            catch (FileChangedException) when (replaced)
            {
                // Its handle was closed, so the file itself is unknown. Its name is not.
                change = FileChange.Unchanged;
                now = known;
            }
        }

        Tell(known, now, detached);
        if (change != FileChange.Unchanged || !replaced) return change;
        Observe(0, Directory.Length, $"'{path}' is another file now.");
        return FileChange.Replaced;
    }

    /// <summary>Closes the file: it refuses new leases, and each region is unmapped when its last lease ends.</summary>
    public void Close()
    {
        Directory.Table.Close(Directory.Close());
        Handle.Dispose();
    }

    /// <summary>
    /// Looks, takes the length and takes copies out. Under the lock, one look at a time: of two lengths the later one
    /// must stay.
    /// </summary>
    private FileLook Take(out FileLook known, out List<Region> detached)
    {
        known = Known;
        detached = [];
        FileLook now = Directory.Backing.Look();
        Handle.Known = now;
        // Even if the length is the same: a region may have been loaded while the file was shorter for a time.
        detached = Directory.Resize(now.Length, dropCopies: now != known);
        return now;
    }

    /// <summary>Closes the regions taken out of the directory, and tells listeners of the change.</summary>
    private void Tell(FileLook known, FileLook now, List<Region> detached)
    {
        Directory.Table.Close(detached);
        if (now.Length != known.Length)
        {
            string what = $"'{Handle.Name}' had {Amount.Bytes(known.Length)} and has {now.Length} now.";
            Observe(Math.Min(known.Length, now.Length), Math.Abs(now.Length - known.Length), what);
        }
        else if (now.IsWrittenSince(known))
        {
            Observe(0, now.Length, $"'{Handle.Name}' was written to and is as long as before.");
        }
    }

    private void Observe(long offset, long length, string what) =>
        Directory.Table.Observer.FileChanged(Handle.Name, new FileRange(offset, length), what);
}

/// <summary>The properties that openers must have in common to share an entry.</summary>
internal readonly record struct FileKey(FileIdentity Identity, Backing Backing, AccessPattern Access);
