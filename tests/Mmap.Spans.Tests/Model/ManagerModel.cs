using Mmap.Spans.Tests.Regions;

namespace Mmap.Spans.Tests.Model;

/// <summary>A manager, its files and their leases and cursors, as plain data over a <see cref="TableModel"/>.</summary>
internal sealed class ManagerModel(TableModel table, long window, int overlap)
{
    /// <summary>More windows than a file has: the numbers of windows of all files are apart.</summary>
    private const long FileStride = 1_000_000;

    private long _lastFile;

    public TableModel Table => table;

    /// <summary>An open file; a file that is closed and opened again is another one.</summary>
    public sealed class OpenFile(long number, long length)
    {
        public long Number { get; } = number;

        public long Length { get; set; } = length;

        public int Openers { get; set; } = 1;

        /// <summary>True if it was seen to grow.</summary>
        public bool Grows { get; set; }

        public long Rent { get; set; }
    }

    /// <summary>A cursor's place.</summary>
    public sealed class Cursor(OpenFile file)
    {
        public OpenFile File { get; } = file;

        public ModelRegion? Region { get; set; }

        public long RegionStart { get; set; }

        public long SeenLength { get; set; }

        public long Offset { get; set; }

        public long Length { get; set; }

        public long RegionEnd { get; set; }
    }

    public OpenFile Open(long length) => new(++_lastFile, length);

    public void Close(OpenFile file)
    {
        if (--file.Openers == 0) table.Close(WindowsOf(file));
    }

    /// <summary>Drops all that a file has in memory; it stays open.</summary>
    /// <returns>The number of regions evicted.</returns>
    public int Release(OpenFile file)
    {
        int before = table.Regions;
        table.Close(WindowsOf(file));
        return before - table.Regions;
    }

    /// <summary>Takes a new length: windows that now cover something else have room for it, or are detached.</summary>
    public void Resize(OpenFile file, long length)
    {
        var changed = new List<long>();
        foreach (long key in WindowsOf(file).ToArray())
        {
            long covers = LengthOf(length, key % FileStride);
            ModelRegion region = table.At(key)!;
            if (covers >= region.CoveredBytes && covers <= region.RoomBytes) region.CoveredBytes = covers;
            else if (covers != region.CoveredBytes) changed.Add(key);
        }

        if (length > file.Length) (file.Grows, file.Rent) = (true, 0);
        file.Length = length;
        table.Close(changed);
    }

    /// <summary>The windows of a file that are loaded.</summary>
    public IEnumerable<long> LoadedOf(OpenFile file) => WindowsOf(file).Select(key => key % FileStride);

    /// <summary>True if an empty lease still comes from a region.</summary>
    public bool IsLoaded(OpenFile file, long offset) => table.Has(KeyOf(file, offset));

    /// <summary>A lease of a whole range.</summary>
    /// <returns>Null if there is no room.</returns>
    public ModelRegion? Lease(OpenFile file, long offset, long length) =>
        offset + length > EndOf(file, offset) || IsBetterExact(file, offset, length)
            ? table.TakeExact(Charge(offset, length))
            : TakeWindow(file, offset);

    /// <summary>A lease of a range, region by region.</summary>
    /// <returns>Null if there is no room.</returns>
    public List<ModelRegion>? LeaseParts(OpenFile file, long offset, long length)
    {
        var parts = new List<ModelRegion>();
        for (long end = offset + length; offset < end; offset = EndOf(file, offset))
        {
            if (TakeWindow(file, offset) is { } region)
            {
                parts.Add(region);
                continue;
            }

            parts.ForEach(table.Release);
            return null;
        }

        return parts;
    }

    /// <summary>A span lease that ends at once.</summary>
    /// <returns>False if there is no room.</returns>
    public bool Span(OpenFile file, long offset, long length)
    {
        bool inside = offset + length <= EndOf(file, offset);
        if (length == 0 && !(inside && table.Has(KeyOf(file, offset)))) return true;
        if (inside && IsBetterExact(file, offset, length)) inside = false;
        if (inside)
        {
            bool taken = table.TakeSpan(KeyOf(file, offset), ChargeOf(file, offset));
            if (table.At(KeyOf(file, offset)) is { CoveredBytes: 0 } region) Cover(region, file, offset);
            return taken;
        }

        if (table.TakeExact(Charge(offset, length)) is not { } exact) return false;
        table.Release(exact);
        return true;
    }

    /// <summary>Moves a cursor.</summary>
    /// <param name="cursor">The cursor to move.</param>
    /// <param name="offset">To where.</param>
    /// <param name="length">The most bytes that it shows.</param>
    /// <param name="closed">True if its source is closed, so that it can take no other region.</param>
    /// <returns>The answer of the real cursor.</returns>
    public Answer Move(Cursor cursor, long offset, long length, bool closed)
    {
        OpenFile file = cursor.File;
        bool near = cursor.Region is not null && length > 0 && file.Length == cursor.SeenLength
            && offset >= cursor.RegionStart && offset < Math.Min(cursor.RegionStart + window, cursor.RegionEnd);
        if (!near)
        {
            if (offset >= file.Length || length == 0)
            {
                Release(cursor);
                return Answer.False;
            }

            long end = Math.Min(offset + Math.Min(length, file.Length - offset), EndOf(file, offset));
            if (cursor.Region is null || offset < cursor.RegionStart || end > cursor.RegionEnd)
            {
                Release(cursor);
                if (closed) return Answer.Disposed;
                cursor.Region = TakeWindow(file, offset);
                if (cursor.Region is null) return Answer.NoRoom;
                cursor.RegionStart = offset / window * window;
                cursor.RegionEnd = cursor.RegionStart + cursor.Region.CoveredBytes;
            }
        }

        cursor.SeenLength = file.Length;
        cursor.Offset = offset;
        cursor.Length = Math.Min(length, cursor.RegionEnd - offset);
        return Answer.True;
    }

    public void Release(Cursor cursor)
    {
        if (cursor.Region is not null) table.Release(cursor.Region);
        cursor.Region = null;
        cursor.Offset = cursor.Length = 0;
    }

    private ModelRegion? TakeWindow(OpenFile file, long offset)
    {
        ModelRegion? region = table.Take(KeyOf(file, offset), ChargeOf(file, offset));
        if (region is { CoveredBytes: 0 }) Cover(region, file, offset);
        return region;
    }

    private void Cover(ModelRegion region, OpenFile file, long offset)
    {
        region.CoveredBytes = LengthOf(file.Length, offset / window);
        region.RoomBytes = HasRoom(file) ? window + overlap : region.CoveredBytes;
    }

    /// <summary>True if mappings go past the end of the file.</summary>
    private static bool HasRoom(OpenFile file) => file.Grows && Mmap.Spans.Memory.MappedBacking.CanHaveRoom;

    /// <summary>
    /// True if the last window has no room past the end, and a short lease should get a region of its own.
    /// </summary>
    private bool IsBetterExact(OpenFile file, long offset, long length)
    {
        long covers = LengthOf(file.Length, offset / window);
        if (!file.Grows || HasRoom(file) || table.Has(KeyOf(file, offset)) || covers == window + overlap) return false;
        if (length == 0 || length > covers / 2) return false;
        file.Rent += Math.Max(length, Environment.SystemPageSize);
        return file.Rent <= Math.Max(64 << 10, covers / 8);
    }

    /// <summary>The overlap of a mapping is the next window's.</summary>
    private long ChargeOf(OpenFile file, long offset) =>
        HasRoom(file) ? window : Math.Min(LengthOf(file.Length, offset / window), window);

    private IEnumerable<long> WindowsOf(OpenFile file) => table.Windows.Where(key => key / FileStride == file.Number);

    private long KeyOf(OpenFile file, long offset) => file.Number * FileStride + offset / window;

    private long EndOf(OpenFile file, long offset) => offset / window * window + LengthOf(file.Length, offset / window);

    private long LengthOf(long fileLength, long index) => Math.Clamp(fileLength - index * window, 0, window + overlap);

    /// <summary>A mapping begins at a multiple of the granularity, which here is the window.</summary>
    private static long Charge(long offset, long length) =>
        length + offset % Mmap.Spans.Memory.SystemLimits.AllocationGranularity;
}

/// <summary>The outcome of a call.</summary>
internal enum Answer
{
    True,
    False,
    NoRoom,
    Disposed,
}
