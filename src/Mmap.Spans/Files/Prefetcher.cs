using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>Brings bytes into memory before they are needed.</summary>
internal static class Prefetcher
{
    /// <summary>
    /// The bytes to read ahead on the caller's own thread: more could block it on a full queue of the disk.
    /// </summary>
    public const long ReadAtOnceBytes = 256 << 10;

    /// <summary>Ranges nearer to each other are joined: reading the gap is cheaper than another call.</summary>
    private const long JoinGapBytes = 16 << 10;

    /// <summary>Starts reading a range ahead that a user names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public static void Start(FileWindows windows, long offset, long length)
    {
        windows.ThrowIfDisposed();
        windows.CheckNotNegative(offset, length);
        Start(windows.Directory, [new FileRange(offset, length)]);
    }

    /// <summary>Starts reading ranges ahead that a user names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A range begins before the file, or has a negative
    /// length.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public static void Start(FileWindows windows, ReadOnlySpan<FileRange> ranges)
    {
        windows.ThrowIfDisposed();
        foreach (FileRange range in ranges)
        {
            if (range is { Offset: >= 0, Length: >= 0 }) continue;
            string what = range.Offset < 0 ? "begins before its start" : "has a negative length";
            throw new ArgumentOutOfRangeException(nameof(ranges), range, $"A range of '{windows.Name}' {what}.");
        }

        Start(windows.Directory, ranges);
    }

    /// <summary>Starts reading ranges ahead, up to the file's end and the budget. Returns at once.</summary>
    public static void Start(RegionDirectory directory, ReadOnlySpan<FileRange> ranges)
    {
        List<FileRange> wanted = Plan(ranges, directory.Length, directory.Table.Budget.Mapped.Max);
        if (wanted.Count == 0) return;

        if (wanted.Count == 1 && wanted[0].Length <= ReadAtOnceBytes)
        {
            ReadAhead(directory, wanted);
            return;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static work => ReadAhead(work.directory, work.wanted), (directory, wanted), preferLocal: false);
    }

    /// <summary>Loads a range on another thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public static Task LoadAsync(FileWindows windows, long offset, long length, CancellationToken cancellationToken)
    {
        windows.CheckRange(offset, length);
        return length == 0
            ? Task.CompletedTask
            : Task.Run(() => Load(windows, offset, length, cancellationToken), cancellationToken);
    }

    /// <summary>Loads the regions of a range and the pages in them, window by window.</summary>
    public static void Load(FileWindows windows, long offset, long length, CancellationToken cancellationToken)
    {
        for (long end = offset + length; offset < end;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Region region = windows.Acquire(offset, 1);
            try
            {
                int part = (int)(Math.Min(region.End, end) - offset);
                if (!region.Memory.IsCopy)
                {
                    // Read ahead first: the pages of a mapping with random access would be populated one by one.
                    ReadAhead(windows.Directory, [new FileRange(offset, part)]);
                    windows.PageIn(region, offset, part);
                }

                offset += part;
            }
            finally
            {
                windows.Directory.Table.Release(region);
            }
        }
    }

    /// <summary>Sorts ranges, cuts them at the end of the file and at the budget, and joins neighbours.</summary>
    internal static List<FileRange> Plan(ReadOnlySpan<FileRange> ranges, long fileLength, long maxBytes)
    {
        var sorted = new List<FileRange>(ranges.Length);
        foreach (FileRange range in ranges)
        {
            if (range.Length > 0 && range.Offset < fileLength)
                sorted.Add(range with { Length = Math.Min(range.Length, fileLength - range.Offset) });
        }

        sorted.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        var plan = new List<FileRange>();
        long total = 0;
        foreach (FileRange range in sorted)
        {
            if (plan.Count > 0 && range.Offset <= plan[^1].End + JoinGapBytes)
            {
                FileRange last = plan[^1];
                long length = Math.Max(last.Length, range.End - last.Offset);
                total += length - last.Length;
                plan[^1] = last with { Length = length };
            }
            else
            {
                total += range.Length;
                plan.Add(range);
            }

            if (total < maxBytes) continue;
            plan[^1] = plan[^1] with { Length = plan[^1].Length - (total - maxBytes) };
            break;
        }

        return plan;
    }

    /// <summary>Reads ranges ahead in their order. May wait for the disk; reports no failure.</summary>
    public static void ReadAhead(RegionDirectory directory, IEnumerable<FileRange> ranges)
    {
        try
        {
            foreach (FileRange range in ranges)
            {
                if (!directory.Backing.TryReadAhead(range.Offset, range.Length)) PopulateLoaded(directory, range);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or UnauthorizedAccessException)
        {
            // The file was closed, or cannot be reopened; a lease of it will throw. A failed hint is only counted.
            Advice.CountRefusal();
        }
    }

    /// <summary>Populates loaded regions, on systems whose hints work on mappings only.</summary>
    private static void PopulateLoaded(RegionDirectory directory, FileRange range)
    {
        long last = directory.Grid.IndexOf(range.End - 1);
        for (long window = directory.Grid.IndexOf(range.Offset); window <= last; window++)
        {
            if (directory.At(window) is not { } region || !region.State.TryReferenceOpen()) continue;
            long from = Math.Max(range.Offset, region.Start), to = Math.Min(range.End, region.End);
            if (to > from && !region.Memory.IsCopy) Advice.Populate(region.AddressOf(from), (int)(to - from));
            directory.Table.Release(region);
        }
    }
}
