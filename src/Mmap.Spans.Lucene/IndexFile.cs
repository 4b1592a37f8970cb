namespace Mmap.Spans.Lucene;

/// <summary>
/// A file of the index as one input or slicer has opened it, shared by all its clones and slices. Thread-safe.
/// </summary>
internal sealed class IndexFile
{
    /// <summary>What stands in an input that is closed while its file is not.</summary>
    public static readonly IndexFile Closed = new();

    private readonly MappedFile? _file;

    // Order: acquire and release, as volatile gives them. Stale: one more read of bytes that are copied already, or a
    // look into the file, which refuses.
    private volatile bool _isClosed;

    /// <summary>Takes over the file.</summary>
    public IndexFile(MappedFile file)
    {
        _file = file;
        Length = file.Length;
    }

    private IndexFile() => _isClosed = true;

    /// <summary>Whether nothing may be read any more.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The length at the opening; a file of an index does not grow.</summary>
    public long Length { get; }

    /// <summary>For messages.</summary>
    public string Path => _file?.Path ?? "";

    /// <summary>Copies bytes through the windows. Nothing stays pinned.</summary>
    /// <exception cref="EndOfStreamException">The file has become shorter, as somebody who opened it has seen.</exception>
    /// <exception cref="FileChangedException">The file has become shorter.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Copy(long offset, Span<byte> destination)
    {
        // An input that another thread closes right now may ask the one that stands for it.
        MappedFile file = _file ?? throw new ObjectDisposedException(nameof(IndexFile), "The input is closed.");
        if (file.CopyTo(offset, destination) < destination.Length)
            throw new EndOfStreamException($"'{Path}' had {Length} bytes when it was opened, and {file.Length} now.");
    }

    /// <summary>Refuses to be read from now on, by anybody.</summary>
    public void Close()
    {
        _isClosed = true;
        _file?.Dispose();
    }
}
