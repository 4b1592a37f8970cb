using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Regions;

/// <summary>
/// A window whose bytes are in memory: mapped once, retired once, never reused. A stale reference to one finds it
/// Retired.
/// </summary>
internal sealed class Region : ClockEntry
{
    /// <summary>The index of a region that is on no grid.</summary>
    public const long NoIndex = -1;

    /// <summary>The index of what stands for a file's copies.</summary>
    private const long CopiesIndex = -2;

    /// <summary>
    /// The last id given. Ids are unique in the process, because hazard slots are shared by all managers.
    /// </summary>
    private static long s_lastId;

    /// <summary>The life of the region; see its drawing.</summary>
    public RegionState State;

    /// <summary>Never 0 and never reused: 64 bits last for centuries of maps.</summary>
    public readonly long Id;

    /// <summary>The offset in the file of the first byte.</summary>
    public readonly long Start;

    /// <summary>
    /// The address of the file's byte 0, mapped or not; plus an offset in the region it is an address. Written before
    /// Publish, constant then.
    /// </summary>
    public nint Base;

    /// <summary>
    /// One past the last byte's offset in the file; 0 until it is loaded. Afterwards it only rises, when the file grows
    /// under a mapping with room.
    /// </summary>
    // Stale: a reader may see 0, an end from before the growth, or one half of it on 32 bits, where no end rises.
    // Each is too near, so the reader takes the slow way.
    public long Limit;

    /// <summary>The file's directory.</summary>
    public readonly RegionDirectory Directory;

    /// <summary>The window, or <see cref="NoIndex"/>.</summary>
    public readonly long Index;

    /// <summary>The bytes from the backing; the retiring thread unloads them.</summary>
    public RegionMemory Memory;

    /// <summary>The time of the load, by <see cref="Environment.TickCount64"/>.</summary>
    private long _loadedAtMs;

    /// <summary>The next region in the inbox; written by the one thread that pushes.</summary>
    public Region? InboxNext;

    /// <summary>1 while the region is in the inbox.</summary>
    public int InInbox;

    /// <summary>The next region that leaves in the same batch; for the retiring thread alone.</summary>
    public Region? NextLeaving;

    /// <summary>True if the bytes are charged as a copy; written before the load, constant then.</summary>
    public bool IsCopied;

    /// <summary>True if the clock chose it as a victim; for the retiring thread alone, as the next.</summary>
    public bool IsVictim;

    /// <summary>True once it is unmapped.</summary>
    public bool IsUnmapped;

    /// <summary>The region's place in the sweeper; read and written under the gate only.</summary>
    public Place Place;

    private Region(RegionDirectory directory, long index, long start, RegionState state)
    {
        // Order: full; only uniqueness counts.
        Id = Interlocked.Increment(ref s_lastId);
        Directory = directory;
        Index = index;
        Start = start;
        State = state;
    }

    /// <summary>True if it serves one lease alone, outside the grid.</summary>
    public bool IsExact => Index == NoIndex;

    /// <summary>The first byte.</summary>
    public nint Address => AddressOf(Start);

    /// <summary>The bytes readable from <see cref="Address"/>; 0 until it is loaded.</summary>
    // One reading of the end, which may rise. Stale: as Limit.
    public int Length => Limit is var limit and not 0 ? (int)(limit - Start) : 0;

    /// <summary>One past the last byte's offset in the file.</summary>
    public long End => Start + Length;

    /// <summary>The range of the file in the region.</summary>
    public FileRange Range => new(Start, Length);

    /// <summary>The seconds since its load.</summary>
    public double AgeSeconds => Length == 0 ? 0 : (Environment.TickCount64 - _loadedAtMs) / 1000.0;

    /// <summary>A region of the grid, Loading, with the loader's reference.</summary>
    public static Region OnGrid(RegionDirectory directory, long index) =>
        new(directory, index, directory.Grid.StartOf(index), RegionState.Shared());

    /// <summary>A region for one lease alone, Loading, with its reference.</summary>
    public static Region ForOneLease(RegionDirectory directory, long offset) =>
        new(directory, NoIndex, offset, RegionState.Exact());

    /// <summary>The region of leases that were read and not mapped: it has the file, and no bytes.</summary>
    public static Region ForCopies(RegionDirectory directory) => new(directory, CopiesIndex, 0, RegionState.Exact());

    /// <summary>True for the region of such leases.</summary>
    public bool IsForCopies => Index == CopiesIndex;

    /// <summary>The region of an empty lease: no bytes, no file, no release.</summary>
    public static Region None { get; } = new(RegionDirectory.None, NoIndex, 0, RegionState.Exact());

    /// <summary>True for the region of an empty lease.</summary>
    public bool IsNone => ReferenceEquals(this, None);

    /// <summary>True if a range of the file lies in the region, which is loaded.</summary>
    public bool Holds(long offset, int length) => offset >= Start && length >= 0 && offset + length <= End;

    /// <summary>The address of a byte of the file in the region; the caller has a pin.</summary>
    // On 32 bits both halves wrap, and the sum is right all the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint AddressOf(long offset) => unchecked(Base + (nint)offset);

    /// <summary>Bytes of the file in the region; the caller has a pin and has checked the range.</summary>
    // SAFETY: unsafe for the one pointer below; a caller without a pin or with an unchecked range would read anything.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        Debug.Assert(Holds(offset, length), "The range was checked before.");
        // SAFETY: the caller's pin keeps the region Live, a Live region is readable from Start to Limit, and the length
        // was checked not to be negative. Base is read here, after the pin has looked at the word.
        return MemoryMarshal.CreateReadOnlySpan(ref *(byte*)AddressOf(offset), length);
    }

    /// <summary>Bytes of the file from an offset in the region to its end, or as many as are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> UpTo(long offset, int maxLength) =>
        Bytes(offset, (int)Math.Min(maxLength, Limit - offset));

    /// <summary>Sets the loaded bytes, before Publish.</summary>
    public void Fill(in RegionMemory memory)
    {
        Memory = memory;
        Base = unchecked(memory.Address - (nint)Start);
        Limit = Start + memory.Length;
        _loadedAtMs = Environment.TickCount64;
    }

    /// <summary>
    /// Shows more of a mapping with room, because the file has grown. Under the directory's lock, after a look at the
    /// file and a fence; the region is loaded.
    /// </summary>
    /// <param name="length">The number of bytes to show from now on.</param>
    /// <returns>False if that is less than now or more than the mapping has, or if bytes of it could not be
    /// read.</returns>
    public bool TryExtend(int length)
    {
        if (length < Length || length > Memory.Room || UnreadableBytes.AreIn(this, Start, Memory.Room)) return false;
        // Order: release; the look that found the file so long comes before it, on this thread. A hit reads the end,
        // then the bytes, with no barrier between: the fence before this store keeps a processor from having read the
        // bytes of the older file by then.
        Volatile.Write(ref Limit, Start + length);
        return true;
    }

    /// <summary>
    /// Reports to the table that the last pin may have ended. Out of line, because it is rare and its callers are hot.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void NotifySweeper() => Directory.Table.NotifySweeper(this);

    /// <summary>The region for people.</summary>
    public override string ToString() =>
        string.Create(null, $"region {Id} {new FileRange(Start, Length)} {State} touched {Touched} {Place}");
}

/// <summary>The place of a region in the sweeper.</summary>
internal enum Place : byte
{
    /// <summary>None: new, pinned and parked, or exact.</summary>
    None,

    /// <summary>In the clock.</summary>
    Clock,

    /// <summary>Marked and scanned, waiting to be retired or rescued.</summary>
    Limbo,
}
