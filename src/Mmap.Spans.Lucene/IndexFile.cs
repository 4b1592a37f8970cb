namespace Mmap.Spans.Lucene;

/// <summary>
/// A file of the index, opened by one input or slicer and shared by its clones and slices. Thread-safe.
/// </summary>
internal sealed class IndexFile
{
    /// <summary>The placeholder in a closed input whose file is still open.</summary>
    public static readonly IndexFile Closed = new();

    private readonly MappedFile? _file;

    // Order: acquire and release, as volatile gives them. Stale: one more read of bytes that are copied already, or
    // a call of the file, which refuses.
    private volatile bool _isClosed;

    /// <summary>Takes ownership of the file.</summary>
    public IndexFile(MappedFile file)
    {
        _file = file;
        Length = file.Length;
    }

    private IndexFile() => _isClosed = true;

    /// <summary>True after <see cref="Close"/>: nothing may be read any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The length at the opening; an index file does not grow.</summary>
    public long Length { get; }

    /// <summary>The path, for messages.</summary>
    public string Path => _file?.Path ?? "";

    /// <summary>Copies bytes through the windows. Nothing stays pinned.</summary>
    /// <exception cref="EndOfStreamException">The file was truncated, and an opener has noticed.</exception>
    /// <exception cref="FileChangedException">The file was truncated.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void Copy(long offset, Span<byte> destination)
    {
        // Another thread may close the input at this moment; the placeholder then refuses.
        MappedFile file = _file ?? throw new ObjectDisposedException(nameof(IndexFile), "The input is closed.");
        if (file.CopyTo(offset, destination) < destination.Length)
            throw new EndOfStreamException(
                $"'{Path}' had {Amount.Bytes(Length)} when it was opened, and {file.Length} now.");
    }

    /// <summary>Closes the file for all its readers.</summary>
    public void Close()
    {
        _isClosed = true;
        _file?.Dispose();
    }
}
