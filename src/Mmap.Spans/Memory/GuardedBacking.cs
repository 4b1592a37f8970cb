namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings that become unreadable instead of being unmapped: whoever still reads a span of one faults at once, and not
/// only when something else happens to lie there. For the tests of programs that use the library. Thread-safe.
/// </summary>
/// <remarks>
/// The latest unreadable ranges are kept, so that their addresses are not given to another mapping; older ones are
/// unmapped in truth, for the system allows only so many mappings.
/// </remarks>
internal sealed class GuardedBacking(IHandleSource file) : IBacking
{
    private const int KeptUnreadable = 4096;

    private static readonly Queue<RegionMemory> s_unreadable = new();

    private readonly MappedBacking _mapped = new(file);

    public long Length => _mapped.Length;

    public long ChargeFor(long offset, int length) => _mapped.ChargeFor(offset, length);

    public int Read(long offset, Span<byte> destination) => _mapped.Read(offset, destination);

    public bool TryReadAhead(long offset, long length) => _mapped.TryReadAhead(offset, length);

    public RegionMemory Load(long offset, int length) => _mapped.Load(offset, length);

    public bool TryUnload(in RegionMemory memory)
    {
        if (!NativeRegions.TryForbid(memory)) return false;
        lock (s_unreadable)
        {
            s_unreadable.Enqueue(memory);
            if (s_unreadable.Count <= KeptUnreadable) return true;

            RegionMemory oldest = s_unreadable.Dequeue();
            if (!_mapped.TryUnload(oldest)) s_unreadable.Enqueue(oldest);
        }

        return true;
    }
}
