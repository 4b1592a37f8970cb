using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Scheduling;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>
/// The leases of a backing's loads. It checks what the table promises: a load stays while it is pinned, and is charged
/// as long as it is in memory.
/// </summary>
internal sealed class Pins(StampedBacking backing, RegionBudget budget)
{
    /// <summary>The serial of a load, once for each lease.</summary>
    private readonly List<uint> _serials = [];

    /// <summary>The most bytes that leases pinned at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Notes a lease.</summary>
    /// <returns>The serial of the load that it shows.</returns>
    public uint Add(ReadOnlySpan<byte> bytes, long offset)
    {
        uint serial = backing.Check(bytes[..sizeof(ulong)], offset);
        CheckBytes(bytes, offset, serial);
        _serials.Add(serial);
        PeakBytes = Math.Max(PeakBytes, _serials.Distinct().Sum(each => (long)backing.LengthOf(each)));
        return serial;
    }

    public void Remove(uint serial) => _serials.Remove(serial);

    /// <summary>Checks that leased bytes are still those of the load, and all in it.</summary>
    public void CheckBytes(ReadOnlySpan<byte> bytes, long offset, uint serial)
    {
        int length = backing.LengthOf(serial);
        if (length == 0) Schedule.Fail($"A lease of load {serial} reads bytes that were taken away.");
        if (bytes.Length > length) Schedule.Fail($"A lease of {bytes.Length} bytes goes past load {serial}.");
        uint shown = backing.Check(bytes, offset);
        if (shown != serial) Schedule.Fail($"A lease of load {serial} reads the bytes of load {shown}.");
    }

    /// <summary>Checks what holds at every moment.</summary>
    public void CheckNow()
    {
        if (budget.Charged() < backing.LiveBytes)
            Schedule.Fail($"{backing.LiveBytes} bytes are mapped, and only {budget.Charged()} are charged.");
        if (budget.Counted() < backing.LiveLoads)
            Schedule.Fail($"{backing.LiveLoads} regions are mapped, and only {budget.Counted()} are counted.");
        foreach (uint serial in _serials)
        {
            if (backing.LengthOf(serial) == 0) Schedule.Fail($"Load {serial} was unloaded under a lease.");
        }
    }
}
