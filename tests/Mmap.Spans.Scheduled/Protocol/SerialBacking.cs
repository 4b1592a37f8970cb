using System.Runtime.CompilerServices;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>
/// A backing that knows all its loads: each has a serial, stamped into its bytes; an unload wipes them. It checks what
/// the table promises to the system: bytes stay while they are pinned, and are unloaded once.
/// </summary>
/// <remarks>
/// The stress on real threads has the other one, <c>StampedBacking</c>, which cannot know the pins and looks for poison
/// instead. It cannot serve here: each of its locked operations would be a step of the scheduler, and each step
/// multiplies the schedules.
/// </remarks>
internal sealed unsafe class SerialBacking : IBacking
{
    /// <summary>The stamp: the serial, then the offset in the file. No load is shorter.</summary>
    public const int StampBytes = 2 * sizeof(long);

    private const int PageBytes = 64;
    private const int Pages = 256;
    private const long Wiped = -1;
    private const byte FileByte = 0xF1;

    /// <summary>One schedule runs at a time, and no page is given twice in one schedule.</summary>
    private static readonly byte* s_pages = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(Pages * PageBytes);

    private readonly Dictionary<long, Load> _live = [];
    private readonly int[] _pins = new int[Pages];
    private int _loads, _unloads, _loading;
    private long _length;

    private readonly record struct Load(long Offset, int Length);

    /// <summary>The budget that must hold what is loaded; set once the table is made.</summary>
    public RegionBudget? Budget { get; set; }

    /// <summary>The exception of each load, by its number from 1; null for a load that succeeds.</summary>
    public Func<int, Exception?> LoadPlan { get; set; } = _ => null;

    /// <summary>True for each unload to refuse, by its number from 1.</summary>
    public Func<int, bool> RefusalPlan { get; set; } = _ => false;

    /// <summary>The file's length; a longer one shows in what has room for it.</summary>
    public long Length
    {
        get => _length;
        set
        {
            _length = value;
            foreach ((long serial, Load load) in _live) Mark(s_pages + serial * PageBytes, load);
        }
    }

    public int LiveLoads => _live.Count;

    /// <summary>The most bytes that were in memory or being loaded at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The most bytes that leases pinned at once.</summary>
    public long PeakPinnedBytes { get; private set; }

    public long LiveBytes => _live.Values.Sum(load => (long)load.Length);

    public IEnumerable<long> LiveOffsets => _live.Values.Select(load => load.Offset);

    public long ChargeFor(long offset, int length) => length;

    /// <summary>True if a load may have room behind the end of the file.</summary>
    public bool HasRoom { get; set; }

    bool IBacking.CanExtend(long offset, int length) => HasRoom;

    RegionMemory IBacking.Load(long offset, int length) => LoadWithRoom(offset, length, length);

    RegionMemory IBacking.Load(long offset, int length, int room) =>
        LoadWithRoom(offset, length, HasRoom ? room : length);

    private RegionMemory LoadWithRoom(long offset, int length, int room)
    {
        int shown = length;
        length = room;
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
        var load = new Load(offset, length);
        Mark(page, load);
        _live.Add(serial, load);
        CheckCharged();
        Schedule.Pause("has a mapping");
        return new RegionMemory((nint)page, shown, null, Mapped: room);
    }

    int IBacking.Read(long offset, Span<byte> destination) =>
        throw new NotSupportedException("No scenario reads positions.");

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
        PeakPinnedBytes =
            Math.Max(PeakPinnedBytes, _live.Where(load => _pins[load.Key] > 0).Sum(load => (long)load.Value.Length));
        return serial;
    }

    /// <summary>Checks that leased bytes behind the stamp are the file's, and all in the load.</summary>
    public void CheckMarks(ReadOnlySpan<byte> bytes, long serial)
    {
        if (bytes.Length > _live[serial].Length)
            Schedule.Fail($"A lease of {bytes.Length} bytes goes past load {serial}.");
        if (bytes[StampBytes..].ContainsAnyExcept(FileByte))
            Schedule.Fail($"A lease of {bytes.Length} bytes shows what the file does not have.");
    }

    public void Unpin(long serial) => _pins[serial]--;

    /// <summary>Checks that leased bytes have not changed.</summary>
    public void CheckStamp(ReadOnlySpan<byte> bytes, long serial, long offset)
    {
        long stamped = Unsafe.ReadUnaligned<long>(ref Unsafe.AsRef(in bytes[0]));
        long at = Unsafe.ReadUnaligned<long>(ref Unsafe.AsRef(in bytes[sizeof(long)]));
        if (stamped != serial || !_live.ContainsKey(serial))
            Schedule.Fail($"A lease of load {serial} reads bytes that were taken away.");
        if (at != offset) Schedule.Fail($"A lease of offset {offset} reads the bytes of {at}.");
    }

    /// <summary>The bytes of a load behind its stamp: the file's bytes, and zeroes past the end of the file.</summary>
    private void Mark(byte* page, Load load)
    {
        int ends = (int)Math.Clamp(_length - load.Offset, StampBytes, load.Length);
        new Span<byte>(page + StampBytes, ends - StampBytes).Fill(FileByte);
        new Span<byte>(page + ends, PageBytes - ends).Clear();
    }

    private void CheckCharged()
    {
        RegionBudget budget = Budget ?? throw new InvalidOperationException("The budget was never given.");
        if (budget.Charged() < LiveBytes)
            Schedule.Fail($"{LiveBytes} bytes are mapped, and only {budget.Charged()} are charged.");
        if (budget.Counted() < LiveLoads)
            Schedule.Fail($"{LiveLoads} regions are mapped, and only {budget.Counted()} are counted.");
    }
}
