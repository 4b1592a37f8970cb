using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// Stands for the library's class: the same way of a lease, step by step, without handles, identities and managers.
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

    public unsafe SpanLease LeaseSpan(long offset, int length)
    {
        Region? region = Volatile.Read(ref _hits).Find(offset);
        if (region is not null)
        {
            ulong at = (ulong)(offset - region.Start);
            if (at + (uint)length <= (uint)region.Length && SpanPins.TryHazard(region, out HazardBlock* own, out long token))
            {
                region.Touch();
                return new SpanLease(region.Bytes((long)at, length), region, own, token);
            }
        }

        Region acquired = Acquire(offset, length);
        return SpanPins.FromReference(acquired, acquired.Bytes(offset - acquired.Start, length));
    }

    /// <summary>What the library's <c>LeaseMemory</c> holds: a region with a reference of the caller's.</summary>
    public Region LeaseReference(long offset, int length)
    {
        Region? region = Volatile.Read(ref _hits).Find(offset);
        if (region is not null)
        {
            ulong at = (ulong)(offset - region.Start);
            if (at + (uint)length <= (uint)region.Length && region.State.TryReferenceOpen())
            {
                region.Touch();
                return region;
            }
        }

        return Acquire(offset, length);
    }

    /// <summary>Ends this opener's use of the file, and the file's if it is the last.</summary>
    public void Dispose(bool isLast)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Volatile.Write(ref _hits, RegionDirectory.None);
        if (isLast) _directory.Table.Close(_directory.Close());
    }

    private Region Acquire(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        long window = _directory.Grid.IndexOf(offset);
        long windowEnd = _directory.Grid.StartOf(window) + _directory.Grid.LengthOf(window, _directory.Length);
        if (offset + length > windowEnd) return _directory.Table.AcquireExact(_directory, offset, length);

        Region region = _directory.Table.Acquire(_directory, window);
        if (region.Holds(offset, length)) return region;

        long end = region.End;
        _directory.Table.Release(region);
        throw FileChangedException.Shrunk(_directory.Name, new FileRange(offset, length), end);
    }
}
