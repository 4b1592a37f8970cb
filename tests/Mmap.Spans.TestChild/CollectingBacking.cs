using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>A backing that collects garbage at each call, so that undisposed objects are finalized.</summary>
internal sealed class CollectingBacking(IBacking inner, Action collect) : IBacking
{
    public IBacking? Fallback => inner.Fallback;

    public long Length
    {
        get
        {
            collect();
            return inner.Length;
        }
    }

    public bool Copies(long offset, int length) => inner.Copies(offset, length);

    public FileLook Look()
    {
        collect();
        return inner.Look();
    }

    public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

    public RegionMemory Load(long offset, int length)
    {
        collect();
        return inner.Load(offset, length);
    }

    public bool ReadsWhenFull => inner.ReadsWhenFull;

    public int Read(long offset, Span<byte> destination)
    {
        collect();
        return inner.Read(offset, destination);
    }

    public int ReadForLease(long offset, Span<byte> destination)
    {
        collect();
        return inner.ReadForLease(offset, destination);
    }

    public bool TryReadAhead(long offset, long length) => inner.TryReadAhead(offset, length);

    public bool TryUnload(in RegionMemory memory) => inner.TryUnload(memory);
}
