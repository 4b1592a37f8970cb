using System.Runtime.CompilerServices;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>
/// A backing that knows all its loads: each has a serial, stamped into its bytes; an unload wipes them. It checks what
/// the table promises to the system: bytes stay while they are pinned, and go once.
/// </summary>
internal sealed unsafe class SerialBacking : IBacking
{
    /// <summary>The stamp: the serial, then the offset in the file. No load is shorter.</summary>
    public const int StampBytes = 2 * sizeof(long);

    private const int PageBytes = 64;
    private const int Pages = 256;
    private const long Wiped = -1;

    /// <summary>One schedule runs at a time, and no page is given twice in one schedule.</summary>
    private static readonly byte* s_pages = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(Pages * PageBytes);

    private readonly Dictionary<long, Load> _live = [];
    private readonly int[] _pins = new int[Pages];
    private int _loads, _unloads, _loading;

    private readonly record struct Load(long Offset, int Length);

    /// <summary>The budget that must hold what is loaded; set once the table is made.</summary>
    public RegionBudget? Budget { get; set; }

    /// <summary>What a load is to throw, by its number from 1; null for a load that goes well.</summary>
    public Func<int, Exception?> LoadPlan { get; set; } = _ => null;

    /// <summary>Whether an unload is to be refused, by its number from 1.</summary>
    public Func<int, bool> RefusalPlan { get; set; } = _ => false;

    public long Length { get; set; }

    public int LiveLoads => _live.Count;

    /// <summary>The most bytes that were in memory or being loaded at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The most bytes that leases pinned at once.</summary>
    public long PeakPinnedBytes { get; private set; }

    public long LiveBytes => _live.Values.Sum(load => (long)load.Length);

    public IEnumerable<long> LiveOffsets => _live.Values.Select(load => load.Offset);

    public long ChargeFor(long offset, int length) => length;

    RegionMemory IBacking.Load(long offset, int length)
    {
        PeakBytes = Math.Max(PeakBytes, LiveBytes + (_loading += length));
        Schedule.Pause("asks the system for a mapping");
        _loading -= length;
        int number = ++_loads;
        if (number >= Pages) Schedule.Fail($"{number} loads, and no end.");
        if (LoadPlan(number) is { } refusal) throw refusal;

        byte* page = s_pages + number * PageBytes;
        long serial = number;
        Unsafe.WriteUnaligned(page, serial);
        Unsafe.WriteUnaligned(page + sizeof(long), offset);
        _live.Add(serial, new Load(offset, length));
        CheckCharged();
        Schedule.Pause("has a mapping");
        return new RegionMemory((nint)page, length, null);
    }

    int IBacking.Read(long offset, Span<byte> destination) => throw new NotSupportedException("No scenario reads positions.");

    bool IBacking.TryReadAhead(long offset, long length) => false;

    bool IBacking.TryUnload(in RegionMemory memory)
    {
        Schedule.Pause("takes a mapping away");
        if (RefusalPlan(++_unloads)) return false;

        long serial = ((byte*)memory.Address - s_pages) / PageBytes;
        if (!_live.ContainsKey(serial)) Schedule.Fail($"Load {serial} was unloaded twice.");
        if (_pins[serial] != 0) Schedule.Fail($"Load {serial} was unloaded under {_pins[serial]} leases.");
        CheckCharged();
        _live.Remove(serial);
        Unsafe.WriteUnaligned((byte*)memory.Address, Wiped);
        Schedule.Pause("has taken a mapping away");
        return true;
    }

    /// <summary>Notes a lease on the load whose stamp the bytes show.</summary>
    /// <returns>The load's serial.</returns>
    public long Pin(ReadOnlySpan<byte> bytes, long offset)
    {
        long serial = Unsafe.ReadUnaligned<long>(ref Unsafe.AsRef(in bytes[0]));
        CheckStamp(bytes, serial, offset);
        _pins[serial]++;
        PeakPinnedBytes = Math.Max(PeakPinnedBytes, _live.Where(load => _pins[load.Key] > 0).Sum(load => (long)load.Value.Length));
        return serial;
    }

    public void Unpin(long serial) => _pins[serial]--;

    /// <summary>Checks that leased bytes are what they were.</summary>
    public void CheckStamp(ReadOnlySpan<byte> bytes, long serial, long offset)
    {
        long stamped = Unsafe.ReadUnaligned<long>(ref Unsafe.AsRef(in bytes[0]));
        long at = Unsafe.ReadUnaligned<long>(ref Unsafe.AsRef(in bytes[sizeof(long)]));
        if (stamped != serial || !_live.ContainsKey(serial)) Schedule.Fail($"A lease of load {serial} reads bytes that were taken away.");
        if (at != offset) Schedule.Fail($"A lease of offset {offset} reads the bytes of {at}.");
    }

    private void CheckCharged()
    {
        RegionBudget budget = Budget ?? throw new InvalidOperationException("The budget was never given.");
        if (budget.Charged() < LiveBytes) Schedule.Fail($"{LiveBytes} bytes are mapped, and only {budget.Charged()} are charged.");
        if (budget.Counted() < LiveLoads) Schedule.Fail($"{LiveLoads} regions are mapped, and only {budget.Counted()} are counted.");
    }
}
