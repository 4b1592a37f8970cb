namespace Mmap.Spans.Tool.Comparison;

/// <summary>Options that windows are tried with.</summary>
/// <param name="WindowBytes">The windows' size.</param>
/// <param name="BudgetBytes">How much may be mapped at once.</param>
internal sealed record Setting(long WindowBytes, long BudgetBytes)
{
    private const int Mebibyte = 1 << 20;

    /// <summary>What a scan needs at once: the window it is in, the next, and room for what has not been dropped yet.</summary>
    private const int WindowsOfAScan = 4;

    public override string ToString() => $"{ByteSize.Format(WindowBytes)}, {ByteSize.Format(BudgetBytes)} in all";

    /// <summary>The bytes of the next window that each also covers: what programs get that ask for nothing else.</summary>
    private int OverlapBytes => (int)Math.Min(WindowBytes, Mebibyte);

    /// <summary>For a scan: small, usual and large windows, and only what a scan needs of them. The user's own come first.</summary>
    public static List<Setting> ForScans(long windowBytes, long length) =>
        [.. Sizes(windowBytes, length).Select(size => new Setting(size, Math.Min(WindowsOfAScan * size, Math.Max(ForAll(size, length).BudgetBytes, size))))];

    /// <summary>For records here and there: the user's own options; then small, usual and large windows with a budget for
    /// all of them; and one budget that is too small.</summary>
    public static List<Setting> ForRecords(long windowBytes, long budgetBytes, long length)
    {
        List<Setting> settings = [.. Sizes(windowBytes, length).Select(size => ForAll(size, length))];
        long quarter = RoundUp(length / 4);
        if (budgetBytes < settings[0].BudgetBytes) settings.Insert(0, new Setting(windowBytes, budgetBytes));
        else if (quarter >= WindowsOfAScan * windowBytes) settings.Add(new Setting(windowBytes, quarter));
        return settings;
    }

    /// <summary>A budget for every window, with what each covers of the next.</summary>
    private static Setting ForAll(long windowBytes, long length)
    {
        var setting = new Setting(windowBytes, 0);
        return setting with { BudgetBytes = RoundUp(Math.Max(length + length / windowBytes * setting.OverlapBytes, windowBytes)) };
    }

    /// <summary>A manager with these options, for records that are never cut.</summary>
    public MapManager MakeManager() => new(new MapManagerOptions
    {
        WindowSize = WindowBytes,
        Overlap = OverlapBytes,
        MaxMappedBytes = BudgetBytes,
    });

    /// <summary>Windows much larger than the file are all the same.</summary>
    private static IEnumerable<long> Sizes(long windowBytes, long length) =>
        new[] { windowBytes, Mebibyte, 256 * Mebibyte }.Distinct().Where(size => size == windowBytes || size / 2 < length);

    private static long RoundUp(long bytes) => (bytes + Mebibyte - 1) / Mebibyte * Mebibyte;
}
