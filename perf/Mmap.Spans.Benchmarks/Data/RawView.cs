using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>.NET's own way: a read-only view over a file or a part of it, and the pointer to its first
/// byte.</summary>
internal sealed unsafe class RawView : IDisposable
{
    private readonly MemoryMappedFile? _own;

    /// <summary>A view over a whole file.</summary>
    public RawView(string path)
        : this(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), 0,
            new FileInfo(path).Length) =>
        _own = Map;

    /// <summary>A view over a part that begins at a multiple of the system's granularity, of a map that the caller
    /// keeps.</summary>
    public RawView(MemoryMappedFile map, long offset, long length)
    {
        Map = map;
        Length = length;
        Accessor = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        Handle.AcquirePointer(ref pointer);
        Pointer = pointer;
    }

    public MemoryMappedFile Map { get; }

    public MemoryMappedViewAccessor Accessor { get; }

    public SafeMemoryMappedViewHandle Handle => Accessor.SafeMemoryMappedViewHandle;

    /// <summary>The view's first byte, until disposal.</summary>
    public byte* Pointer { get; }

    public long Length { get; }

    /// <summary>Bytes of the view, until disposal.</summary>
    // SAFETY: callers pass a range inside the view, and stop before they dispose the view.
    public ReadOnlySpan<byte> Bytes(long offset, int length) => new(Pointer + offset, length);

    public void Dispose()
    {
        Handle.ReleasePointer();
        Accessor.Dispose();
        _own?.Dispose();
    }
}
