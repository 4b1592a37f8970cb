using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// The regions of one file by window index: an array look-up, no hashing, no key compare. Reading takes no lock.
/// Adding, removing and growing take this object's own lock, for a few instructions and never across a system call.
/// </summary>
/// <remarks><code>
///   index 0 .. 4095      _first[index]                         as long as the file needs, replaced when it grows
///   index 4096 ..        _rest[index / 4096 - 1][index % 4096]  chunks made when first used; only the top is replaced
/// </code>
/// A race with a replacement is harmless: an old array lacks at most recent additions, and a reader that finds no
/// region asks again under the lock.
/// </remarks>
internal sealed class RegionDirectory
{
    /// <summary>The name in exceptions of the disposed object through which the file was open.</summary>
    public const string OpenerName = "MappedFile";

    private const int ChunkShift = 12;
    private const int ChunkLength = 1 << ChunkShift;

    /// <summary>The last number given.</summary>
    private static int s_lastNumber;

    private Region?[] _first;
    private Region?[]?[] _rest;
    private long _length;
    private bool _closed;

    /// <summary>True once the file was seen to grow.</summary>
    private bool _grows;

    /// <summary>The bytes of exact regions in the last window since the file last grew.</summary>
    private long _tailRent;

    /// <summary>The region for the file's copies; made when first needed.</summary>
    private Region? _copies;

    public RegionDirectory(RegionTable table, WindowGrid grid, IBacking backing, string name, long length)
    {
        Table = table;
        Grid = grid;
        Backing = backing;
        Name = name;
        _length = length;
        _first = [];
        _rest = [];
        FitTo(length);
    }

    /// <summary>A number of this directory alone; unique in the process up to 2^32 of them.</summary>
    // Order: full; only uniqueness counts.
    public int Number { get; } = Interlocked.Increment(ref s_lastNumber);

    /// <summary>A directory that is always empty.</summary>
    public static RegionDirectory None { get; } = new(null!, WindowGrid.Of(1 << 20, 0), null!, "", 0);

    /// <summary>The table whose budget the regions are charged to.</summary>
    public RegionTable Table { get; }

    /// <summary>The grid of windows.</summary>
    public WindowGrid Grid { get; }

    /// <summary>The source of the bytes.</summary>
    public IBacking Backing { get; }

    /// <summary>The file's name for messages.</summary>
    public string Name { get; }

    /// <summary>The region for the leases that were read and not mapped.</summary>
    public Region Copies
    {
        get
        {
            // Order: acquire, then full; of two that are made at once one stays, whole.
            if (Volatile.Read(ref _copies) is { } copies) return copies;
            Region made = Region.ForCopies(this);
            return Interlocked.CompareExchange(ref _copies, made, null) ?? made;
        }
    }

    /// <summary>The file's length as last seen, in bytes.</summary>
    // Order: acquire. Stale: an old length refuses a range that a refresh on another thread has just allowed, or lets a
    // load find the truncation by itself.
    public long Length => Volatile.Read(ref _length);

    /// <summary>
    /// The room in bytes that a mapping of a window should have: the window's length, or in a file that grows its
    /// possible length.
    /// </summary>
    /// <param name="start">The start of the window.</param>
    /// <param name="length">Its present length.</param>
    // Order: acquire. Stale: a window that is loaded for the old length does not follow the first growth.
    public int RoomFor(long start, int length) =>
        Volatile.Read(ref _grows) && Backing.CanExtend(start, length) ? Grid.RoomFor(length) : length;

    /// <summary>
    /// True if an exact region serves a lease better than a load of its window. That is so in the last window of a file
    /// that grows, if the mapping has no room: the next growth would load and charge all of it again. When such leases
    /// have had an eighth of the window, it is loaded.
    /// </summary>
    public bool IsBetterExact(long offset, int length)
    {
        const long LeastRent = 64 << 10;
        // Order: acquire, as in RoomFor.
        if (!Volatile.Read(ref _grows) || Find(offset) is not null) return false;
        long index = Grid.IndexOf(offset);
        int window = Grid.LengthOf(index, Length);
        if (length > window / 2 || window == Grid.LengthOf(index, long.MaxValue)) return false;
        if (Backing.CanExtend(Grid.StartOf(index), window)) return false;
        // Order: full, so that leases on several threads all count; nothing else relies on it.
        long rent = Interlocked.Add(ref _tailRent, Math.Max(length, Environment.SystemPageSize));
        return rent <= Math.Max(LeastRent, window / 8);
    }

    /// <summary>The region of the window that <paramref name="offset"/> falls into, if there is one; any offset is
    /// allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Region? Find(long offset)
    {
        long index = Grid.IndexOf(offset);
        // Order: acquire, pairs with the release in FitTo. Stale: an old array only lacks what was added since.
        Region?[] first = Volatile.Read(ref _first);
        // A reference read is ordered before the reads through it; a region is published by its word.
        return (ulong)index < (ulong)first.Length ? first[index] : FindInRest(index);
    }

    /// <summary>The loaded region that holds a whole range, if there is one; any arguments are allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(long offset, int length, [NotNullWhen(true)] out Region? region)
    {
        region = Find(offset);
        // The found region begins at or before the offset, so its end decides. A region is shorter than 2^31 bytes, so
        // a negative length, as unsigned, ends behind it. The sum cannot overflow for an offset that has a region.
        return region is not null && (ulong)(offset + (uint)length) <= (ulong)region.Limit;
    }

    /// <summary>
    /// The loaded region of a range, with a reference for the caller; null if this is not the quick case.
    /// </summary>
    public Region? TryReference(long offset, int length)
    {
        if (!TryFind(offset, length, out Region? region) || !region.State.TryReferenceOpen()) return null;
        region.Touch();
        return region;
    }

    /// <summary>The region of a window, if there is one.</summary>
    public Region? At(long index)
    {
        // Order: acquire, as in Find.
        Region?[] first = Volatile.Read(ref _first);
        return (ulong)index < (ulong)first.Length ? first[index] : FindInRest(index);
    }

    /// <summary>The region of a window, or a new one that the caller must load.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public Region GetOrAdd(long index, out bool added)
    {
        using (new MonitorScope(this))
        {
            if (_closed) throw Closed();

            ref Region? place = ref PlaceOf(index);
            added = place is null;
            if (place is null)
            {
                // Order: release; what the constructor wrote comes before the reference to it.
                Volatile.Write(ref place, Region.OnGrid(this, index));
            }

            return place;
        }
    }

    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void ThrowIfClosed()
    {
        using (new MonitorScope(this))
        {
            if (_closed) throw Closed();
        }
    }

    /// <summary>Removes a region, if it is still here.</summary>
    /// <returns>False if it was not.</returns>
    public bool Forget(Region region)
    {
        if (region.IsExact) return false;
        using (new MonitorScope(this))
        {
            if (At(region.Index) != region) return false;
            PlaceOf(region.Index) = null;
            return true;
        }
    }

    /// <summary>
    /// Sets a new length of the file. Mappings with room show more; regions that still do not fit their window are
    /// removed.
    /// </summary>
    /// <param name="length">The length.</param>
    /// <param name="dropCopies">True to remove copies as well, because the file was written to.</param>
    /// <returns>The removed regions, for the caller to close.</returns>
    public List<Region> Resize(long length, bool dropCopies = false)
    {
        var detached = new List<Region>();
        // Order: a full barrier in every thread that reads spans, after the caller's look at the file; see TryExtend.
        if (length > Length) HazardSlots.Fence();
        using (new MonitorScope(this))
        {
            if (_closed) throw Closed();

            foreach (Region region in OnGrid().ToArray())
            {
                // A region that is still loading may be mapping either length, so it is removed as well.
                int wanted = Grid.LengthOf(region.Index, length);
                bool fits = region.State.IsLoading
                    ? length == _length
                    : region.Length == wanted || region.TryExtend(wanted);
                // A loading region counts as a copy until it is known to be none.
                if (fits && !(dropCopies && region.Memory.IsCopy)) continue;
                PlaceOf(region.Index) = null;
                detached.Add(region);
            }

            if (length > _length)
            {
                // Order: release, in both. Stale: see RoomFor; rent that another thread adds meanwhile may count on.
                Volatile.Write(ref _grows, true);
                Volatile.Write(ref _tailRent, 0);
            }

            // Order: release; the regions of the old length are gone, or show more, before the new one shows.
            Volatile.Write(ref _length, length);
            FitTo(length);
        }

        return detached;
    }

    /// <summary>Empties the directory for good; nothing can be added afterwards.</summary>
    /// <returns>The removed regions, for the caller to close; empty at every later call.</returns>
    public List<Region> Close()
    {
        using (new MonitorScope(this))
        {
            _closed = true;
            List<Region> all = [.. OnGrid()];
            // Order: release, pairs with the acquire in Find.
            Volatile.Write(ref _first, []);
            Volatile.Write(ref _rest, []);
            return all;
        }
    }

    /// <summary>Removes every region; the file stays open, and windows are loaded anew when needed.</summary>
    public List<Region> Empty()
    {
        using (new MonitorScope(this))
        {
            List<Region> all = [.. OnGrid()];
            foreach (Region region in all) PlaceOf(region.Index) = null;
            return all;
        }
    }

    /// <summary>The regions on the grid at one moment.</summary>
    public List<Region> Snapshot()
    {
        using (new MonitorScope(this))
        {
            return [.. OnGrid()];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Region? FindInRest(long index)
    {
        // Order: acquire, pairs with the release in FitTo and PlaceOf.
        Region?[]?[] rest = Volatile.Read(ref _rest);
        long chunk = (index >> ChunkShift) - 1;
        if ((ulong)chunk >= (ulong)rest.Length) return null;
        // Order: acquire, pairs with the release in PlaceOf.
        Region?[]? regions = Volatile.Read(ref rest[chunk]);
        return regions?[index & (ChunkLength - 1)];
    }

    /// <summary>The place of an index. Under the lock.</summary>
    private ref Region? PlaceOf(long index)
    {
        if (index < ChunkLength) return ref _first[index];

        ref Region?[]? chunk = ref _rest[(index >> ChunkShift) - 1];
        // Order: release; the chunk is empty before it shows.
        if (chunk is null) Volatile.Write(ref chunk, new Region?[ChunkLength]);
        return ref chunk![index & (ChunkLength - 1)];
    }

    /// <summary>Makes the arrays long enough for a file of that length; they never shrink. Under the lock.</summary>
    private void FitTo(long length)
    {
        long count = Grid.CountFor(length);
        if (_first.Length < Math.Min(count, ChunkLength))
        {
            // A file that grows a little at a time must not copy its array each time.
            long places = _first.Length == 0 ? count : Math.Max(count, 2L * _first.Length);
            var first = new Region?[Math.Min(places, ChunkLength)];
            _first.CopyTo(first, 0);
            // Order: release, pairs with the acquire in Find: the copied references come before the array.
            Volatile.Write(ref _first, first);
        }

        long chunks = (count + ChunkLength - 1) / ChunkLength - 1;
        if (_rest.Length < chunks)
        {
            var rest = new Region?[]?[Math.Max(chunks, 2L * _rest.Length)];
            _rest.CopyTo(rest, 0);
            // Order: release, pairs with the acquire in FindInRest. Chunks themselves never move.
            Volatile.Write(ref _rest, rest);
        }
    }

    private IEnumerable<Region> OnGrid()
    {
        foreach (Region? region in _first)
        {
            if (region is not null) yield return region;
        }

        foreach (Region?[]? chunk in _rest)
        {
            foreach (Region? region in chunk ?? [])
            {
                if (region is not null) yield return region;
            }
        }
    }

    private ObjectDisposedException Closed() => new(OpenerName, $"'{Name}' is closed.");
}
