using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>What .NET itself offers: one read-only view over a whole file, and the pointer to its first byte.</summary>
internal sealed unsafe class RawView : IDisposable
{
    public RawView(string path)
    {
        Map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        Length = new FileInfo(path).Length;
        Accessor = Map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        Handle.AcquirePointer(ref pointer);
        Pointer = pointer;
    }

    public MemoryMappedFile Map { get; }

    public MemoryMappedViewAccessor Accessor { get; }

    public SafeMemoryMappedViewHandle Handle => Accessor.SafeMemoryMappedViewHandle;

    /// <summary>The file's first byte, until disposal.</summary>
    public byte* Pointer { get; }

    public long Length { get; }

    /// <summary>Bytes of the file, until disposal.</summary>
    // SAFETY: callers pass a range inside the file, and stop before they dispose the view.
    public ReadOnlySpan<byte> Bytes(long offset, int length) => new(Pointer + offset, length);

    public void Dispose()
    {
        Handle.ReleasePointer();
        Accessor.Dispose();
        Map.Dispose();
    }
}
