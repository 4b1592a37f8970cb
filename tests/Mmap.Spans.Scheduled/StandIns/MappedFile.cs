using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// Stands for the library's class: the miss path, without handles, identities and managers.
/// The hit itself is the library's own.
/// </summary>
internal sealed class MappedFile
{
    private readonly RegionDirectory _directory;
    private RegionDirectory _hits;
    private int _disposed;

    public MappedFile(RegionDirectory directory)
    {
        _directory = directory;
        _hits = directory;
    }

    public string Name => _directory.Name;

    public RegionDirectory Hits => Volatile.Read(ref _hits);

    public SpanLease LeaseSpan(long offset, int length) => SpanPin.TryTake(Hits, offset, length, out SpanPin pin)
        ? new SpanLease(pin.Region!.Bytes(offset, length), pin)
        : LeaseSpanSlowly(offset, length);

    /// <summary>The region that the library's <c>LeaseMemory</c> holds, with a reference of the caller's.</summary>
    public Region LeaseReference(long offset, int length) =>
        Hits.TryReference(offset, length) ?? Acquire(offset, length);

    /// <summary>Ends this opener's use of the file, and the file's if it is the last.</summary>
    public void Dispose(bool isLast)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Volatile.Write(ref _hits, RegionDirectory.None);
        if (isLast) _directory.Table.Close(_directory.Close());
    }

    public SpanReader CreateReader() => new(this);

    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    public SpanLease LeaseSpanSlowly(long offset, int length)
    {
        Region region = Acquire(offset, length);
        return new SpanLease(region.Bytes(offset, length), SpanPin.FromReference(region));
    }

    public SpanLease LeaseSpanUpToSlowly(long offset, int maxLength) =>
        LeaseSpanSlowly(offset, _directory.Grid.PartOf(offset, maxLength, _directory.Length));

    public T ReadSlowly<T>(long offset)
        where T : unmanaged
    {
        using SpanLease lease = LeaseSpanSlowly(offset, System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        return System.Runtime.InteropServices.MemoryMarshal.Read<T>(lease.Span);
    }

    private Region Acquire(long offset, int length)
    {
        ThrowIfDisposed();
        if (_directory.Grid.PartOf(offset, length, _directory.Length) < length)
            return _directory.Table.AcquireExact(_directory, offset, length);

        Region region = _directory.Table.Acquire(_directory, _directory.Grid.IndexOf(offset));
        if (region.Holds(offset, length)) return region;

        long end = region.End;
        _directory.Table.Release(region);
        throw FileChangedException.Shrunk(_directory.Name, new FileRange(offset, length), end);
    }
}
