namespace Mmap.Spans.Tool.Comparison;

/// <summary>Window options for a trial.</summary>
/// <param name="WindowBytes">The window size.</param>
/// <param name="BudgetBytes">The maximum of mapped bytes.</param>
internal sealed record Setting(long WindowBytes, long BudgetBytes)
{
    private const int Mebibyte = 1 << 20;

    /// <summary>
    /// The number of windows a scan needs: the current one, the next one, and room for windows not yet unmapped.
    /// </summary>
    private const int WindowsOfAScan = 4;

    public override string ToString() => $"{ByteSize.Format(WindowBytes)}, {ByteSize.Format(BudgetBytes)} in all";

    /// <summary>The overlap of the windows: a whole window, at most 1 MiB.</summary>
    private int OverlapBytes => (int)Math.Min(WindowBytes, Mebibyte);

    /// <summary>
    /// The trials of a scan: the user's options, then small, usual and large windows with a minimal budget.
    /// </summary>
    public static List<Setting> ForScans(long windowBytes, long length)
    {
        return [.. Sizes(windowBytes, length).Select(size => new Setting(size, BudgetOf(size)))];

        long BudgetOf(long size) => Math.Min(WindowsOfAScan * size, Math.Max(ForAll(size, length).BudgetBytes, size));
    }

    /// <summary>
    /// The trials of random records: the user's options; small, usual and large windows with a budget for the whole
    /// file; one budget that is too small.
    /// </summary>
    public static List<Setting> ForRecords(long windowBytes, long budgetBytes, long length)
    {
        List<Setting> settings = [.. Sizes(windowBytes, length).Select(size => ForAll(size, length))];
        long quarter = RoundUp(length / 4);
        if (budgetBytes < settings[0].BudgetBytes) settings.Insert(0, new Setting(windowBytes, budgetBytes));
        else if (quarter >= WindowsOfAScan * windowBytes) settings.Add(new Setting(windowBytes, quarter));
        return settings;
    }

    /// <summary>A budget for every window. Overlaps are not charged, so it is the file's length.</summary>
    private static Setting ForAll(long windowBytes, long length) =>
        new(windowBytes, RoundUp(Math.Max(length, windowBytes)));

    /// <summary>A manager with these options, whose overlap is longer than a record.</summary>
    public MapManager MakeManager() => new(new MapManagerOptions
    {
        WindowSize = WindowBytes,
        Overlap = OverlapBytes,
        MaxMappedBytes = BudgetBytes,
    });

    /// <summary>
    /// The window sizes of the trials. Windows much larger than the file are all alike, so one suffices.
    /// </summary>
    private static IEnumerable<long> Sizes(long windowBytes, long length) =>
        new[] { windowBytes, Mebibyte, 256 * Mebibyte }.Distinct()
            .Where(size => size == windowBytes || size / 2 < length);

    private static long RoundUp(long bytes) => (bytes + Mebibyte - 1) / Mebibyte * Mebibyte;
}
