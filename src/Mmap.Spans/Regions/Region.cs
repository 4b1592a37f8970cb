using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Regions;

/// <summary>
/// A window whose bytes are in memory: mapped once, retired once, never used again. What a stale reference to one can
/// learn is that it is Retired.
/// </summary>
internal sealed class Region : ClockEntry
{
    /// <summary>The index of a region that is on no grid.</summary>
    public const long NoIndex = -1;

    /// <summary>The index of what stands for a file's copies.</summary>
    private const long CopiesIndex = -2;

    /// <summary>The last id given; ids are the process's, because hazard slots are.</summary>
    private static long s_lastId;

    /// <summary>The life of the region; see its picture.</summary>
    public RegionState State;

    /// <summary>Never 0 and never given twice: 64 bits last for centuries of maps.</summary>
    public readonly long Id;

    /// <summary>The offset in the file of the first byte.</summary>
    public readonly long Start;

    /// <summary>Where byte 0 of the file would be; an offset in the region added, it is an address. Written before
    /// Publish, constant then.</summary>
    public nint Base;

    /// <summary>One past the last byte's offset in the file; 0 until it is loaded. From then on it only rises, with a file
    /// that grows under a mapping which has room.</summary>
    // Stale: who reads 0, an end from before the file grew, or on 32 bits (where none rises) one half of the first, sees
    // one that is too near and goes the slow way.
    public long Limit;

    /// <summary>The file's directory.</summary>
    public readonly RegionDirectory Directory;

    /// <summary>The window, or <see cref="NoIndex"/>.</summary>
    public readonly long Index;

    /// <summary>The bytes as the backing gave them; the sweeper gives them back.</summary>
    public RegionMemory Memory;

    /// <summary>When it was loaded, by <see cref="Environment.TickCount64"/>.</summary>
    private long _loadedAtMs;

    /// <summary>The next region in the inbox; written by the one thread that pushes.</summary>
    public Region? InboxNext;

    /// <summary>1 while the region is in the inbox.</summary>
    public int InInbox;

    /// <summary>The next of the regions that leave together; the retiring thread's alone.</summary>
    public Region? NextLeaving;

    /// <summary>Whether the bytes are charged as a copy; written before the load, constant then.</summary>
    public bool IsCopied;

    /// <summary>Whether the clock chose it to go; the retiring thread's alone, as the next.</summary>
    public bool IsVictim;

    /// <summary>Whether it is out of memory.</summary>
    public bool IsUnmapped;

    /// <summary>Where the sweeper keeps the region; read and written under the gate only.</summary>
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

    /// <summary>Whether it serves one lease alone, outside the grid.</summary>
    public bool IsExact => Index == NoIndex;

    /// <summary>The first byte.</summary>
    public nint Address => AddressOf(Start);

    /// <summary>The bytes readable from <see cref="Address"/>; 0 until it is loaded.</summary>
    // One reading of the end, which may rise. Stale: as Limit.
    public int Length => Limit is var limit and not 0 ? (int)(limit - Start) : 0;

    /// <summary>One past the last byte's offset in the file.</summary>
    public long End => Start + Length;

    /// <summary>The range of the file that the region holds.</summary>
    public FileRange Range => new(Start, Length);

    /// <summary>How long ago it was loaded.</summary>
    public double AgeSeconds => Length == 0 ? 0 : (Environment.TickCount64 - _loadedAtMs) / 1000.0;

    /// <summary>A region of the grid, Loading, with the loader's reference.</summary>
    public static Region OnGrid(RegionDirectory directory, long index) =>
        new(directory, index, directory.Grid.StartOf(index), RegionState.Shared());

    /// <summary>A region for one lease alone, Loading, with its reference.</summary>
    public static Region ForOneLease(RegionDirectory directory, long offset) =>
        new(directory, NoIndex, offset, RegionState.Exact());

    /// <summary>What leases hold whose bytes were read and not mapped: the file, and no bytes.</summary>
    public static Region ForCopies(RegionDirectory directory) => new(directory, CopiesIndex, 0, RegionState.Exact());

    /// <summary>Whether it is what such leases hold.</summary>
    public bool IsForCopies => Index == CopiesIndex;

    /// <summary>What an empty lease holds: no bytes, no file, nothing to give back.</summary>
    public static Region None { get; } = new(RegionDirectory.None, NoIndex, 0, RegionState.Exact());

    /// <summary>Whether it is what an empty lease holds.</summary>
    public bool IsNone => ReferenceEquals(this, None);

    /// <summary>Whether a range of the file lies in the region, which is past loading.</summary>
    public bool Holds(long offset, int length) => offset >= Start && length >= 0 && offset + length <= End;

    /// <summary>Where a byte of the file is, which the region holds; the caller has a pin.</summary>
    // On 32 bits both halves wrap, and the sum is right all the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint AddressOf(long offset) => unchecked(Base + (nint)offset);

    /// <summary>Bytes of the file that the region holds; the caller has a pin and has checked the range.</summary>
    // SAFETY: unsafe for the one pointer below; a caller without a pin, or with an unchecked range, would read anything.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        Debug.Assert(Holds(offset, length), "The range was checked before.");
        // SAFETY: the caller's pin keeps the region Live, a Live region is readable from Start to Limit, and the length
        // was checked to be none that is negative. Base is read here, after the pin has looked at the word.
        return MemoryMarshal.CreateReadOnlySpan(ref *(byte*)AddressOf(offset), length);
    }

    /// <summary>Bytes of the file from an offset in the region to its end, or as many as are wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> UpTo(long offset, int maxLength) => Bytes(offset, (int)Math.Min(maxLength, Limit - offset));

    /// <summary>Puts the loaded bytes in, before Publish.</summary>
    public void Fill(in RegionMemory memory)
    {
        Memory = memory;
        Base = unchecked(memory.Address - (nint)Start);
        Limit = Start + memory.Length;
        _loadedAtMs = Environment.TickCount64;
    }

    /// <summary>
    /// Shows more of a mapping that has room, as the file has become longer. Under the lock of the directory, after a look
    /// at the file and a fence; the region is past loading.
    /// </summary>
    /// <param name="length">The bytes to show from now on.</param>
    /// <returns>False if that is less than now, or more than the mapping has, or bytes of it could not be read.</returns>
    public bool TryExtend(int length)
    {
        if (length < Length || length > Memory.Room || UnreadableBytes.AreIn(this, Start, Memory.Room)) return false;
        // Order: release; the look that found the file as long comes before it, on this thread. A hit reads the end, then
        // the bytes, with no barrier between: the fence before this store keeps a processor from having read the bytes
        // of an older file by then.
        Volatile.Write(ref Limit, Start + length);
        return true;
    }

    /// <summary>Tells the table that the last pin may have gone. Kept out of line: it is rare, and its callers are hot.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void NotifySweeper() => Directory.Table.NotifySweeper(this);

    /// <summary>The region for a person.</summary>
    public override string ToString() =>
        string.Create(null, $"region {Id} {new FileRange(Start, Length)} {State} touched {Touched} {Place}");
}

/// <summary>Where the sweeper keeps a region.</summary>
internal enum Place : byte
{
    /// <summary>Nowhere: new, pinned and parked, or exact.</summary>
    None,

    /// <summary>In the clock.</summary>
    Clock,

    /// <summary>Marked and scanned, waiting to be retired or rescued.</summary>
    Limbo,
}
