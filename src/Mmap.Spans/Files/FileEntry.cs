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
    public FileKey Key => new(Handle.Identity, _backing, Handle.Access);

    public FileHandle Handle { get; } = handle;

    public RegionDirectory Directory { get; } = directory;

    /// <summary>How many <see cref="MappedFile"/>s are open on it, those of streams and readers included; written under
    /// the file table's lock.</summary>
    public int Openers { get; set; }

    /// <summary>The latest look at the file, by whomever.</summary>
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
    /// Asks for the present length alone, which stays unknown to the openers; drops copies of what was written since.
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
    /// <param name="seen">What the opener was told last; then, what it is told now. This entry's lock guards
    /// it.</param>
    public FileChange Refresh(string? path, ref FileLook seen)
    {
        // What the kernel makes up was read when it was opened; another read of it would be another file.
        if (Directory.Backing.IsSnapshot) return FileChange.Unchanged;

        // The name first: what was written before the new file came is in the look that follows.
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
                // Its handle was closed, so nothing can tell of it any more. The name can.
                change = FileChange.Unchanged;
                now = known;
            }
        }

        Tell(known, now, detached);
        if (change != FileChange.Unchanged || !replaced) return change;
        Observe(0, Directory.Length, $"'{path}' is another file now.");
        return FileChange.Replaced;
    }

    /// <summary>Closes the file: no new lease, and each region goes when its last lease ends.</summary>
    public void Close()
    {
        Directory.Table.Close(Directory.Close());
        Handle.Dispose();
    }

    /// <summary>
    /// Looks, takes the length and takes copies out. Under the lock, one look at a time: of two lengths the one seen
    /// last must be the one that stays.
    /// </summary>
    private FileLook Take(out FileLook known, out List<Region> detached)
    {
        known = Known;
        detached = [];
        FileLook now = Directory.Backing.Look();
        Handle.Known = now;
        // Also when the length is the same: a region may have been loaded while the file was shorter for a time.
        detached = Directory.Resize(now.Length, dropCopies: now != known);
        return now;
    }

    /// <summary>Ends what was taken out of the directory, and tells listeners what has become of the file.</summary>
    private void Tell(FileLook known, FileLook now, List<Region> detached)
    {
        Directory.Table.Close(detached);
        if (now.Length != known.Length)
        {
            string what = $"'{Handle.Name}' had {known.Length} bytes and has {now.Length} now.";
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

/// <summary>What openers must have in common to share an entry.</summary>
internal readonly record struct FileKey(FileIdentity Identity, Backing Backing, AccessPattern Access);
