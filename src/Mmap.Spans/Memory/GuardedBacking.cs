namespace Mmap.Spans.Memory;

/// <summary>
/// A backing whose regions become unreadable when they end: whoever still reads a span of one faults at once, and not
/// only when something else happens to lie there. For the tests of programs that use the library. Thread-safe.
/// </summary>
/// <param name="inner">Where the bytes come from; its copies have pages of their own.</param>
internal sealed class GuardedBacking(IBacking inner) : IBacking
{
    public IBacking? Fallback => inner.Fallback is { } last ? new GuardedBacking(last) : null;

    public long Length => inner.Length;

    public FileLook Look() => inner.Look();

    public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

    public int Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

    public bool TryReadAhead(long offset, long length) => inner.TryReadAhead(offset, length);

    public RegionMemory Load(long offset, int length)
    {
        try
        {
            return inner.Load(offset, length);
        }
        catch (Exception e) when (SystemLimits.IsExhausted(e) && QuarantinedRanges.GiveBack())
        {
            // Addresses that only wait for a mistake are given up before a load fails for them.
            return inner.Load(offset, length);
        }
    }

    public bool TryUnload(in RegionMemory memory) => QuarantinedRanges.TryEnd(memory);
}
