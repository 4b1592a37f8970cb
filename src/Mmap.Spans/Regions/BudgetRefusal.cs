namespace Mmap.Spans.Regions;

/// <summary>The errors of a full budget. Each names the option that is the limit, and a next step.</summary>
internal static class BudgetRefusal
{
    // The names of the options of MapManagerOptions.
    private const string MaxMappedBytes = "MaxMappedBytes";
    private const string MaxCopiedBytes = "MaxCopiedBytes";
    private const string MaxRegions = "MaxRegions";

    /// <summary>The error of a region that alone is more than the budget.</summary>
    /// <param name="region">The region, not loaded.</param>
    /// <param name="range">The range that it was to hold.</param>
    /// <param name="needed">The bytes that it would be charged.</param>
    public static MapBudgetExceededException OfOne(Region region, FileRange range, long needed)
    {
        string limit = LimitOf(region.IsCopied);
        // A range mapped for one lease has its own length, and under guard every region is one. But a passing stream's
        // window has a region of its own.
        RegionDirectory file = region.Directory;
        bool isWindow = !region.IsExact
            || (region.IsCopied && !file.Table.SharesNothing && range.Length == WindowAt(file, region.Start));
        string advice = isWindow ? "choose a smaller WindowSize" : "lease less at once";
        return Make(region.Directory.Name, range, limit,
            $"{NoRoom(range, file, needed, limit)}: that alone is more than the limit of {MaxOf(file, limit)}. "
            + $"Raise {limit}, or {advice}.");
    }

    /// <summary>The error of a region for which live leases leave no room.</summary>
    /// <param name="region">The region, not loaded.</param>
    /// <param name="range">The range that it was to hold.</param>
    /// <param name="needed">The bytes that it would be charged.</param>
    /// <param name="ofKind">True if the copied bytes are full, false if the mapped ones, null if the regions.</param>
    /// <param name="held">The bytes and regions that live leases hold, as a sentence's end.</param>
    public static MapBudgetExceededException OfLeases(
        Region region, FileRange range, long needed, bool? ofKind, string held)
    {
        string limit = ofKind is { } copied ? LimitOf(copied) : MaxRegions;
        return Make(region.Directory.Name, range, limit,
            $"{NoRoom(range, region.Directory, needed, limit)}: live leases hold {held}".TrimEnd());
    }

    /// <summary>
    /// The error of a sequence that alone needs more than the budget; null if others hold some of it.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="range">The range of the sequence.</param>
    /// <param name="full">The refusal of one of its segments.</param>
    public static MapBudgetExceededException? OfSequence(
        RegionDirectory file, FileRange range, MapBudgetExceededException full) =>
        OfOwn(file, range, full, $"a sequence of bytes {range} of '{file.Name}'",
            "A cursor or a pipe reader holds one window at a time.");

    /// <summary>
    /// The error of a reader whose unconsumed bytes alone need more than the budget; null if others hold some of it.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="range">The unconsumed bytes, with the first one that is not there.</param>
    /// <param name="full">The refusal of the next window.</param>
    public static MapBudgetExceededException? OfUnconsumed(
        RegionDirectory file, FileRange range, MapBudgetExceededException full) =>
        OfOwn(file, range, full, $"the unconsumed bytes {range} of a pipe reader over '{file.Name}'",
            "Advance it past bytes that are no longer needed.");

    private static MapBudgetExceededException? OfOwn(
        RegionDirectory file, FileRange range, MapBudgetExceededException full, string what, string advice)
    {
        if (full.Limit is not { } limit || !NeedsMore(file, range, limit)) return null;
        return Make(file.Name, range, limit,
            $"There is no room under {limit} for {what}: its windows alone need more than {MaxOf(file, limit)}. "
            + $"{advice} Or raise {limit}.", full);
    }

    /// <summary>True if the windows of a range together need more than a limit.</summary>
    private static bool NeedsMore(RegionDirectory file, FileRange range, string limit)
    {
        long max = MaxOf(file, limit).Number, needed = 0, fileLength = file.Length;
        for (long at = range.Offset; at < Math.Min(range.End, fileLength) && needed <= max;)
        {
            long start = file.Grid.StartOf(file.Grid.IndexOf(at));
            int length = WindowAt(file, start);
            bool copied = file.Backing.Copies(start, length);
            if (limit == MaxRegions) needed++;
            else if (limit == LimitOf(copied)) needed += copied ? length : file.Grid.ChargeOf(length);
            at = start + length;
        }

        return needed > max;
    }

    private static string NoRoom(FileRange range, RegionDirectory file, long needed, string limit) =>
        $"There is no room under {limit} for bytes {range} of '{file.Name}' ({Amount.Bytes(needed)})";

    private static string LimitOf(bool copied) => copied ? MaxCopiedBytes : MaxMappedBytes;

    private static Amount MaxOf(RegionDirectory file, string limit)
    {
        RegionBudget budget = file.Table.Budget;
        return limit switch
        {
            MaxRegions => new Amount(budget.MaxRegions, "region"),
            MaxCopiedBytes => new Amount(budget.Copied.Max, "copied byte"),
            _ => new Amount(budget.Mapped.Max, "mapped byte"),
        };
    }

    private static int WindowAt(RegionDirectory file, long start) =>
        file.Grid.LengthOf(file.Grid.IndexOf(start), file.Length);

    private static MapBudgetExceededException Make(
        string file, FileRange range, string limit, string message, Exception? cause = null) =>
        new(message, cause) { FileName = file, Range = range, Limit = limit };
}
