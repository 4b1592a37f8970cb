using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// One thread's pins by hazard, in native memory with its own cache lines. Only the owner writes; a sweeper reads the
/// ids.
/// </summary>
/// <remarks><code>
///   byte 0 ....... 127   16 ids: the region that the slot pins, or 0       read by sweepers
///   byte 128 ..... 255   16 tokens: which lease took the slot last         the owner's alone
///   byte 256             the last token given; slot = token mod 16         the owner's alone
/// </code>
/// Tokens count up and are never reused. So a copy of a lease that is disposed late finds another token in its slot,
/// and changes nothing.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
// SAFETY: unsafe for its two fixed arrays; every index is a number modulo their length, or a scan's from 0 to 15.
internal unsafe struct HazardBlock
{
    public const int Slots = 16;
    public const int SizeBytes = 384;

    [FieldOffset(0)] private fixed long _ids[Slots];
    [FieldOffset(128)] private fixed long _tokens[Slots];
    [FieldOffset(256)] private long _lastToken;

    /// <summary>
    /// Stores an id into the next slot. The pin stands only if the region is still open when read after this.
    /// </summary>
    /// <param name="id">The region's id.</param>
    /// <param name="token">The token for <see cref="TryClear"/>.</param>
    /// <returns>False if that slot is taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryStore(long id, out long token)
    {
        // SAFETY: the slot is a number below 16, and the block lives as long as the process.
        token = ++_lastToken;
        ref long slot = ref _ids[token & (Slots - 1)];
        if (slot != 0) return false;

        _tokens[token & (Slots - 1)] = token;
        // Order: release, which on x64 is a plain store. No fence stands between this store and the later load of the
        // region's word: the sweeper's process-wide barrier puts one there whenever it matters.
        Volatile.Write(ref slot, id);
        return true;
    }

    /// <summary>Clears the slot if it still holds this token. Safe to call twice.</summary>
    /// <returns>False if the slot belongs to another lease by now, or the token is of no slot.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClear(long token)
    {
        // SAFETY: as in TryStore.
        if (_tokens[token & (Slots - 1)] != token) return false;

        // Order: release; the lease's reads of the bytes come before it.
        Volatile.Write(ref _ids[token & (Slots - 1)], 0);
        return true;
    }

    /// <summary>Invalidates the token of a cleared slot: clearing it again fails.</summary>
    /// <returns>False if it was invalidated before, or the slot belongs to another lease by now.</returns>
    // SAFETY: as in TryStore.
    public bool TryInvalidate(long token)
    {
        ref long last = ref _tokens[token & (Slots - 1)];
        if (last != token) return false;
        last = 0;
        return true;
    }

    /// <summary>The id in a slot, as a sweeper sees it after its barrier.</summary>
    public long IdAt(int slot)
    {
        // SAFETY: callers pass 0 to 15.
        // Order: acquire; the reads of the bytes that came before a clearing store are over when 0 is seen here.
        return Volatile.Read(ref _ids[slot]);
    }
}

/// <summary>
/// The hazard slots of all threads. The owner takes and clears a slot by plain stores; the sweeper pays for the order
/// between threads.
/// </summary>
/// <remarks>
/// <para>The argument. A reader stores the id, then loads the region's word. A sweeper marks the word (a locked
/// operation). It then has the kernel run a full memory barrier on every thread of the process, and after that reads
/// the slots. That barrier lies somewhere in the reader's stream of instructions. If it comes after the store, the
/// store is visible to the scan. If it comes before the store, it comes before the load too, which sees the mark. There
/// is no third place, as long as the machine code keeps the store before the load. The two volatile accesses ensure
/// that.</para>
/// <para>The release is the same argument with other values: the reader clears the slot, then loads the word. Either
/// the scan sees the cleared slot, or the load sees the flag (Closing or Parked) set before the barrier. In that case
/// the reader reports the region.</para>
/// <para>While no other thread owns a block, no thread can race. A thread raises the owner count by a locked operation
/// before it first stores into a slot. The sweeper reads the count by a locked operation after its marks. If it does
/// not see the thread, the thread's later load sees the marks.</para>
/// <para>Sources: M. Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects" (IEEE TPDS 15, 2004).
/// The fence moved to the reclaimer as in folly's asymmetric fences and the Linux manual page membarrier(2). The .NET
/// memory model's section on process-wide barriers.</para>
/// </remarks>
// SAFETY: unsafe for the pointers to blocks, which are in native memory, where no collection moves them. A block is
// zeroed before any thread sees it and never freed, so a pointer to it stays valid on any thread.
internal static unsafe class HazardSlots
{
    private static readonly object s_lock = new();

    /// <summary>All blocks ever made, with their owners; replaced, never changed, under the lock.</summary>
    private static Owned[] s_blocks = [];

    /// <summary>The number of threads that own a block.</summary>
    private static int s_owners;

    /// <summary>A block that holds no token, for leases pinned by a reference.</summary>
    public static readonly HazardBlock* NoBlock = Allocate();

    private readonly record struct Owned(nint Block, Thread? Owner);

    /// <summary>The calling thread's block, or null before its first lease.</summary>
    public static HazardBlock* Own
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => OwnBlock.t_own;
    }

    /// <summary>
    /// The number of blocks ever made: at most the largest number of threads with leases at one time.
    /// </summary>
    // Order: acquire, because the array is read through it. Stale: a block of this moment is not counted.
    public static int Blocks => Volatile.Read(ref s_blocks).Length;

    /// <summary>
    /// Slots whose thread ended with an undisposed span lease. They pin for ever; they are reported, not cleared.
    /// </summary>
    public static int AbandonedSlots { get; private set; }

    /// <summary>The calling thread's block, made or taken over from a thread that has ended.</summary>
    public static HazardBlock* OwnOrRegister()
    {
        if (OwnBlock.t_own != null) return OwnBlock.t_own;
        using (new MonitorScope(s_lock))
        {
            nint block = TakeOver();
            if (block == 0) block = Make();
            // Order: full; before this thread's first store into a slot. A sweeper that does not see the raised count
            // has made its marks before, and this thread's reads come after.
            Interlocked.Increment(ref s_owners);
            // SAFETY: the address is that of a whole block, from Allocate, and no other living thread owns it.
            return OwnBlock.t_own = (HazardBlock*)block;
        }
    }

    /// <summary>
    /// Makes the slots of all threads visible to the caller, as they were after its marks. Call it between the marks
    /// and <see cref="Scan"/>.
    /// </summary>
    public static void Fence()
    {
        int own = OwnBlock.t_own != null ? 1 : 0;
        // Order: full; after the marks. See the third paragraph above.
        if (Interlocked.CompareExchange(ref s_owners, 0, 0) == own) return;
        // Order: a full barrier in every running thread, after the marks and before the scan.
        Interlocked.MemoryBarrierProcessWide();
    }

    /// <summary>Adds the ids in all threads' slots, each at least once.</summary>
    public static void Scan(List<long> ids)
    {
        ids.Clear();
        // Order: acquire; after the fence. A block that is missing here belongs to a thread that registered later.
        foreach (Owned owned in Volatile.Read(ref s_blocks))
        {
            for (int slot = 0; slot < HazardBlock.Slots; slot++)
            {
                // SAFETY: blocks are never freed.
                long id = ((HazardBlock*)owned.Block)->IdAt(slot);
                if (id != 0) ids.Add(id);
            }
        }
    }

    /// <summary>Takes over the block of an ended thread; 0 if there is none. Under the lock.</summary>
    private static nint TakeOver()
    {
        for (int i = 0; i < s_blocks.Length; i++)
        {
            if (s_blocks[i].Owner is not { IsAlive: false }) continue;

            // A span lease cannot leave its thread, so an id still in a slot was never disposed.
            nint block = s_blocks[i].Block;
            int abandoned = 0;
            for (int slot = 0; slot < HazardBlock.Slots; slot++)
            {
                // SAFETY: blocks are never freed.
                if (((HazardBlock*)block)->IdAt(slot) != 0) abandoned++;
            }

            // Order: full; the ended thread wrote nothing after its end, which IsAlive has seen.
            Interlocked.Decrement(ref s_owners);
            AbandonedSlots += abandoned;
            Replace(i, new Owned(block, abandoned == 0 ? Thread.CurrentThread : null));
            if (abandoned == 0) return block;
        }

        return 0;
    }

    /// <summary>Makes a new block for the calling thread. Under the lock.</summary>
    private static nint Make()
    {
        HazardBlock* block = Allocate();
        var blocks = new Owned[s_blocks.Length + 1];
        s_blocks.CopyTo(blocks, 0);
        blocks[^1] = new Owned((nint)block, Thread.CurrentThread);
        // Order: release; the zeroes come before the block shows.
        Volatile.Write(ref s_blocks, blocks);
        return (nint)block;
    }

    private static HazardBlock* Allocate()
    {
        const int CacheLinePairBytes = 128;
        // SAFETY: zeroed before any thread sees it; never freed, so a scan may read it at any time.
        void* memory = NativeMemory.AlignedAlloc(HazardBlock.SizeBytes, CacheLinePairBytes);
        NativeMemory.Clear(memory, HazardBlock.SizeBytes);
        return (HazardBlock*)memory;
    }

    private static void Replace(int index, Owned owned)
    {
        Debug.Assert(Monitor.IsEntered(s_lock));
        var blocks = (Owned[])s_blocks.Clone();
        blocks[index] = owned;
        // Order: release; a scan sees the same blocks before and after.
        Volatile.Write(ref s_blocks, blocks);
    }
}

/// <summary>
/// The calling thread's block. The type has no static constructor, so the runtime keeps the field in the thread's own
/// memory, two loads nearer.
/// </summary>
// SAFETY: unsafe for the pointer's type; it is null or a block of HazardSlots, which is never freed.
internal static unsafe class OwnBlock
{
    [ThreadStatic]
    public static HazardBlock* t_own;
}
