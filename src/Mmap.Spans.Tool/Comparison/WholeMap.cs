using System.IO.MemoryMappedFiles;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>
/// The framework's mapping of a file from its start, as one pointer: the usual way without this library.
/// </summary>
// SAFETY: the pointer is acquired once and held until Dispose, so the view stays mapped for every span that Span makes.
internal sealed unsafe class WholeMap : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly byte* _start;

    public WholeMap(string path, long length)
    {
        _map = Open(path);
        View = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        View.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The same mapping as the framework's accessor.</summary>
    public MemoryMappedViewAccessor View { get; }

    /// <summary>Opens a file for reading that other processes may write to.</summary>
    public static MemoryMappedFile Open(string path) => MemoryMappedFile.CreateFromFile(
        File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete),
        mapName: null,
        capacity: 0,
        MemoryMappedFileAccess.Read,
        HandleInheritability.None,
        leaveOpen: false);

    // SAFETY: callers ask for ranges below the length mapped, and do not use the span after Dispose.
    public ReadOnlySpan<byte> Span(long offset, int length) => new(_start + View.PointerOffset + offset, length);

    public void Dispose()
    {
        View.SafeMemoryMappedViewHandle.ReleasePointer();
        View.Dispose();
        _map.Dispose();
    }
}
