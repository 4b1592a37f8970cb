using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>One opener's use of a file, from its opening to its end. A field of the opener, never copied.</summary>
/// <param name="files">The open files of the manager.</param>
/// <param name="entry">The file, which counts this opener already.</param>
/// <param name="path">The opener's name for it, if any.</param>
/// <param name="isVerified">True if every range is checked against the present file.</param>
/// <param name="record">The record of the opening; null if it is not tracked.</param>
/// <param name="ofStream">True if the opener is a stream's or a reader's.</param>
internal struct FileUse(
    FileTable files, FileEntry entry, string? path, bool isVerified, IDisposable? record = null, bool ofStream = false)
{
    /// <summary>The look at the file behind the opener's last answer; guarded by the entry's lock.</summary>
    private FileLook _seen = entry.Known;
    private int _ended;

    public readonly FileEntry Entry => entry;

    public readonly string? Path => path;

    /// <summary>True if every range is checked against the present file.</summary>
    public readonly bool IsVerified => isVerified;

    /// <summary>True if the use has ended, or the manager is disposed.</summary>
    // Order: acquire. Stale: as in TryEnd.
    public readonly bool IsEnded => Volatile.Read(in _ended) != 0 || files.IsClosed;

    /// <summary>Throws if the use has ended, or the manager is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is so.</exception>
    public readonly void ThrowIfEnded()
    {
        // Order: acquire. Stale: as in TryEnd.
        if (Volatile.Read(in _ended) != 0)
            throw new ObjectDisposedException(RegionDirectory.OpenerName, $"'{entry.Directory.Name}' is closed.");
        if (files.IsClosed)
            throw new ObjectDisposedException("MapManager", $"The manager of '{entry.Directory.Name}' is disposed.");
    }

    /// <summary>Begins another use of the file, under the same name, for a stream or a reader.</summary>
    /// <exception cref="ObjectDisposedException">The use has ended, or the manager is disposed.</exception>
    public readonly FileUse Share()
    {
        ThrowIfEnded();
        files.Join(entry, path);
        return new FileUse(files, entry, path, isVerified, ofStream: true);
    }

    /// <summary>Looks at the file again.</summary>
    /// <inheritdoc cref="FileWindows.Refresh"/>
    public FileChange Refresh(FileWindows windows) => windows.Refresh(path, ref _seen);

    /// <summary>Ends the use. Idempotent.</summary>
    /// <param name="hits">The opener's directory for hits.</param>
    public void End(ref RegionDirectory hits)
    {
        record?.Dispose();
        if (TryEnd(ref hits)) Leave();
    }

    /// <summary>Refuses everything from now on; the one caller that gets true must call <see cref="Leave"/>.</summary>
    /// <param name="hits">The opener's directory for hits.</param>
    public bool TryEnd(ref RegionDirectory hits)
    {
        // Order: full; exactly one caller proceeds.
        if (Interlocked.Exchange(ref _ended, 1) != 0) return false;
        // Order: release. Stale: a lease taken at this moment is valid, because its region is still in memory.
        Volatile.Write(ref hits, RegionDirectory.None);
        return true;
    }

    /// <summary>Takes the opener from the file, which closes with its last one. Waits for monitors.</summary>
    public readonly void Leave() => files.EndUse(entry, path, ofStream);
}
