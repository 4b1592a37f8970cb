using System.Numerics;
using System.Runtime.InteropServices;
using Mmap.Spans.Geometry;

namespace Mmap.Spans.Regions;

/// <summary>
/// Decides if a short lease that misses in a full table gets a mapping, or only a copy of its bytes. Thread-safe,
/// without a lock. It allocates only when it is made, so its owner makes it at the first miss in a full table.
/// </summary>
/// <remarks>
/// A mapping costs about ten copies of eight bytes, and two more for each 64 KiB of the window touched for the first
/// time. One lease alone never earns that; a loop over the window does. At the miss the future is unknown, so three
/// rules decide, in this order:
/// <list type="number">
/// <item><b>Near.</b> The third miss in a row of one thread on one file, each less than 64 KiB from the last. A burst
/// or a scan has begun, so the next lease is likely to be near as well. Map.</item>
/// <item><b>In order.</b> The beginning of the window after the last one that these two rules gave to this thread. The
/// scan continues. Map.</item>
/// <item><b>Rent.</b> Each copy pays rent for its window. When a window has paid half of its price, the clock looks
/// once at its next region. If that region was not used since the hand's last visit, the window takes its place.
/// Otherwise it stays, the hand moves on, and the window pays another eighth before the next look. All rent is halved
/// once an epoch, which is a price of copies for each region of the table. A window that pays more slowly is not worth
/// a place.</item>
/// </list>
/// Rent is safe: it is the ski rental of online algorithms. Let P be the price, and let a window be mapped when its
/// copies have cost P/2. If its leases end before that, they have cost the same as copying all of them, which was best.
/// If they go on, they have cost P/2 more than the mapping at once. If they end right after it, they have cost P/2 + P
/// where P/2 was best. So a window that gets its place costs at most 1.5 times the mapping at once and 3 times the
/// copies, whatever the trace. Paying all of P would make both 2, but P counts every piece of the window as touched,
/// which is rare. A wrong constant shifts these bounds by its error and breaks nothing.
/// <para>Rules 1 and 2 map without rent, on the evidence of three misses. So a thread that has scanned, and then reads
/// only the beginning of each window, pays a mapping for each, until it goes elsewhere.</para>
/// <para>The memory is bounded: four words for each region that the table may hold, in lines of eight; a window's hash
/// selects the line. In a full line a newcomer takes the word with the least rent. So many cold windows evict each
/// other, and not one that pays. All stores race freely: a lost one costs a copy, a mixed-up trail one mapping.</para>
/// </remarks>
internal sealed class Admission
{
    /// <summary>The answer to a miss.</summary>
    public enum Answer
    {
        /// <summary>Copy the bytes.</summary>
        Copy,

        /// <summary>
        /// Map if the clock gives up a region at one look; otherwise call <see cref="Refuse"/>, and copy.
        /// </summary>
        MapIfUnused,

        /// <summary>Map, and evict as needed.</summary>
        Map,
    }

    // Prices are in quarters of a copy of eight bytes. They are ratios of costs, which differ by two between machines.
    private const int CopyPrice = 4;
    private const int CopiedBytesAQuarter = 32 << 10;
    private const int MappingPrice = 10 * CopyPrice;
    private const int PiecePrice = 2 * CopyPrice;
    private const int PieceBytes = 64 << 10;

    private const int NearBytes = 64 << 10;
    private const int NearMisses = 3;

    /// <summary>
    /// The length of a window's beginning. A lease that follows one at the end of the window before lies there.
    /// </summary>
    private const int BeginningBytes = 4 << 10;

    private const int Trails = 64;
    private const int PlacesARegion = 4;
    private const int PlacesALine = 8;
    private const int FewestPlaces = 8 * PlacesALine;

    private readonly WindowGrid _grid;
    private readonly long _epochCopies;
    private readonly long[] _rents;
    private readonly Trail[] _trails = new Trail[Trails];
    private long _copies;

    /// <param name="grid">The grid of windows.</param>
    /// <param name="mostRegions">The number of regions in a full table; at least 1.</param>
    public Admission(WindowGrid grid, int mostRegions)
    {
        _grid = grid;
        _epochCopies = PriceOf(grid.Step) / CopyPrice * mostRegions;
        long places = Math.Max(FewestPlaces, (long)PlacesARegion * mostRegions);
        _rents = new long[BitOperations.RoundUpToPowerOf2((uint)places)];
    }

    /// <summary>The number of words for windows.</summary>
    internal int Places => _rents.Length;

    /// <summary>
    /// Answers a miss in a full table whose bytes could be copied. Call it once for each miss, on its thread.
    /// </summary>
    /// <param name="file">A number that is unique among the manager's open files.</param>
    /// <param name="fileLength">The file's length.</param>
    /// <param name="offset">The first byte of the lease; inside the file.</param>
    /// <param name="length">The length of the lease.</param>
    public Answer Ask(int file, long fileLength, long offset, int length) =>
        Ask(Environment.CurrentManagedThreadId, file, fileLength, offset, length);

    /// <summary>The same for a thread given by its number.</summary>
    internal Answer Ask(int thread, int file, long fileLength, long offset, int length)
    {
        long window = _grid.IndexOf(offset);
        return IsExpected(thread, file, window, offset, length)
            ? Answer.Map
            : PayRent(file, window, _grid.LengthOf(window, fileLength), length);
    }

    /// <summary>Records that the clock gave up no region for that lease's window.</summary>
    public void Refuse(int file, long fileLength, long offset)
    {
        long window = _grid.IndexOf(offset);
        int paid = Enough(_grid.LengthOf(window, fileLength));
        ulong hash = Hash(file, window);
        ref long place = ref Find(hash, Epoch(), out _);
        Write(ref place, new Rent(TagOf(hash), Epoch(), (ushort)(paid - paid / 8)));
    }

    /// <summary>Rules 1 and 2, and the thread's trail on the file.</summary>
    private bool IsExpected(int thread, int file, long window, long offset, int length)
    {
        long owner = ((long)thread << 32) | (uint)file;
        ref Trail trail = ref _trails[Hash(thread, file) % Trails];
        // Order: none is needed, here and at the stores below; the accesses are volatile so that no value is ever torn.
        // Stale: two threads that share a trail mix it up, which costs a mapping or a copy.
        bool known = Volatile.Read(ref trail.Owner) == owner;
        bool isNear = known && Math.Abs(offset - Volatile.Read(ref trail.Offset)) < NearBytes;
        long misses = isNear ? Volatile.Read(ref trail.Misses) + 1 : 1;
        long next = known ? Volatile.Read(ref trail.NextWindow) : 0;
        bool isNext = window == next && next > 0 && offset - _grid.StartOf(window) < Math.Max(BeginningBytes, length);
        bool expected = misses >= NearMisses || isNext;

        // Order: none, as above.
        Volatile.Write(ref trail.Owner, owner);
        Volatile.Write(ref trail.Offset, offset);
        Volatile.Write(ref trail.Misses, misses);
        Volatile.Write(ref trail.NextWindow, expected ? window + 1 : next);
        return expected;
    }

    /// <summary>Rule 3.</summary>
    private Answer PayRent(int file, long window, int windowBytes, int length)
    {
        // Order: none is needed. Stale: a copy that another thread's count overwrites makes the epoch a little longer.
        Volatile.Write(ref _copies, Volatile.Read(ref _copies) + 1);

        // Nearly every long lease touches a window of one piece anew, so its mapping would not save the bytes.
        int paid = CopyPrice + (windowBytes > PieceBytes ? length / CopiedBytesAQuarter : 0);
        ulong hash = Hash(file, window);
        ushort epoch = Epoch();
        ref long place = ref Find(hash, epoch, out Rent held);
        int sum = (held.Tag == TagOf(hash) ? held.Paid : 0) + paid;
        bool isEnough = sum >= Enough(windowBytes);
        Write(ref place, new Rent(TagOf(hash), epoch, (ushort)(isEnough ? 0 : sum)));
        return isEnough ? Answer.MapIfUnused : Answer.Copy;
    }

    /// <summary>Finds the window's word, or the word of its line with the least rent.</summary>
    private ref long Find(ulong hash, ushort epoch, out Rent held)
    {
        Span<long> line = _rents.AsSpan((int)(hash % (ulong)(_rents.Length / PlacesALine)) * PlacesALine, PlacesALine);
        int cheapest = 0;
        held = default;
        for (int place = 0; place < line.Length; place++)
        {
            // Order: none is needed. Stale: rent that another thread's store overwrites is paid again by one more copy.
            Rent rent = Rent.Of(Volatile.Read(ref line[place])).In(epoch);
            if (place > 0 && rent.Tag != TagOf(hash) && rent.Paid >= held.Paid) continue;
            (cheapest, held) = (place, rent);
            if (rent.Tag == TagOf(hash)) break;
        }

        return ref line[cheapest];
    }

    // Order: none is needed. Stale: the store may overwrite another thread's, whose rent is then paid again.
    private static void Write(ref long place, Rent rent) => Volatile.Write(ref place, rent.Word);

    // Order: none is needed. Stale: rent is halved a moment late.
    private ushort Epoch() => (ushort)(Volatile.Read(ref _copies) / _epochCopies);

    /// <summary>Half the price, or the maximum that fits its sixteen bits together with one more copy.</summary>
    private static int Enough(long windowBytes) => (int)Math.Min(PriceOf(windowBytes) / 2, ushort.MaxValue - 64);

    private static long PriceOf(long windowBytes) =>
        MappingPrice + PiecePrice * ((windowBytes + PieceBytes - 1) / PieceBytes);

    private static uint TagOf(ulong hash) => (uint)(hash >> 32);

    private static ulong Hash(int file, long window)
    {
        ulong mixed = ((ulong)window + ((ulong)(uint)file << 40)) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 31)) * 0xD6E8FEB86659FD93;
        return mixed ^ (mixed >> 30);
    }

    /// <summary>A thread's last misses on a file, in a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Trail
    {
        /// <summary>The thread and the file.</summary>
        [FieldOffset(0)]
        public long Owner;

        [FieldOffset(8)]
        public long Offset;

        /// <summary>The number of misses in a row that were near each other.</summary>
        [FieldOffset(16)]
        public long Misses;

        /// <summary>The window after the last one that rules 1 and 2 admitted; 0 if there was none.</summary>
        [FieldOffset(24)]
        public long NextWindow;
    }

    /// <summary>The rent of a window in one word: 32 bits of its hash, the epoch, the quarters.</summary>
    private readonly record struct Rent(uint Tag, ushort Epoch, ushort Paid)
    {
        public long Word => (long)(((ulong)Tag << 32) | ((ulong)Epoch << 16) | Paid);

        public static Rent Of(long word) => new((uint)(word >> 32), (ushort)(word >> 16), (ushort)word);

        /// <summary>The rest of it in a later epoch.</summary>
        public Rent In(ushort epoch) =>
            this with { Epoch = epoch, Paid = (ushort)(Paid >> Math.Min(16, (int)(ushort)(epoch - Epoch))) };
    }
}
