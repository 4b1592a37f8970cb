namespace Mmap.Spans;

/// <summary>
/// The change of a file since a <see cref="MappedFile"/> last looked at it, and its effect on what is open.
/// </summary>
/// <remarks>
/// Open leases, sequences, cursors, buffers, streams and pipe readers keep the window that they hold, whatever the
/// change. The end of a sequence, buffer, stream or pipe reader is fixed when it is made. Bytes already in memory are
/// not checked again, unless the file is opened with <see cref="MappedFileOptions.Verify"/>.
/// </remarks>
public enum FileChange
{
    /// <summary>The length is the same, and so is the time of the last write, where it is known.</summary>
    Unchanged,

    /// <summary>
    /// The file is longer; leases and cursors see the new bytes after <see cref="MappedFile.Refresh"/>. Its old bytes
    /// may have changed as well; that cannot be detected.
    /// </summary>
    Grown,

    /// <summary>
    /// The file is shorter. Sequences, cursors, buffers, streams and pipe readers return the remaining bytes in order,
    /// and then throw <see cref="FileChangedException"/>. Once the file is refreshed, a cursor reports the end instead.
    /// When the file is whole again, all continue from their position. <see cref="Backing"/> decides what a touch of
    /// lost bytes does in a window that is held.
    /// </summary>
    Shrunk,

    /// <summary>
    /// The name belongs to another file now. Open the path again for the new file. This one is still followed: it is
    /// <see cref="Grown"/> until all of it is seen, then Replaced at each call.
    /// </summary>
    /// <remarks>
    /// A replaced or deleted file keeps its old bytes while it has a handle. If its handle was closed to keep
    /// <see cref="MapManagerOptions.MaxOpenHandles"/>, its length stays the one last known.
    /// </remarks>
    Replaced,

    /// <summary>
    /// The length is the same, but the file was written to: mappings show the new bytes, copies were dropped. The time
    /// of the last write tells. A second write within one tick of the system's clock is missed. A write through another
    /// process's mapping may be detected late.
    /// </summary>
    /// <remarks>
    /// Mappings show the new bytes at once. A copy is as of its load. It is renewed once
    /// <see cref="MappedFile.Refresh"/>, another open, or a lease with <see cref="MappedFileOptions.Verify"/> notices
    /// the write. Until then a copy loaded after a rewrite of the same length throws
    /// <see cref="FileChangedException"/>. So one stream or sequence never mixes old and new bytes. A rewrite that also
    /// makes the file longer looks like an append while a stream is open.
    /// </remarks>
    Rewritten,
}
