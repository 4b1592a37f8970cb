using System.Globalization;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The recommended way to read a file, derived from the measurements alone.</summary>
/// <param name="Way">The way.</param>
/// <param name="Reason">One or two sentences with the figures that decided.</param>
/// <param name="Setting">The window options that did best, also if windows are not recommended.</param>
/// <param name="Code">The lines of code that implement it.</param>
internal sealed record Advice(Way Way, string Reason, Setting Setting, IReadOnlyList<string> Code)
{
    /// <summary>The largest slowdown against the fastest way that the bounded memory of windows is worth.</summary>
    private const double AsGoodAs = 1.1;

    /// <summary>The largest difference that counts as equal speed; the option with less memory then wins.</summary>
    private const double Same = 1.05;

    /// <summary>
    /// Makes the recommendation from all ways, and from the trials of the best window way with other options.
    /// </summary>
    public static Advice From(Contest ways, List<(Setting Setting, Timing Timing)> tried, AccessPattern access)
    {
        Timing fastest = ways.Fastest, ours = ways.Ours;
        (Setting setting, Timing tuned) = Cheapest(tried);
        // The trials are a run of their own. Within it the user's own options stand for the result of the first run.
        double gain = AreApart(tuned, tried[0].Timing) ? tried[0].Timing.Seconds / tuned.Seconds : 1;
        double ratio = ours.Seconds / fastest.Seconds / gain;
        string limit = $"at most {ByteSize.Format(setting.BudgetBytes)} mapped";
        if (ratio <= AsGoodAs || !AreApart(fastest, ours))
        {
            string doubt = ratio > AsGoodAs ? ", which its rounds do not tell apart" : "";
            string beside = fastest.Way.Ours || ratio < 1
                ? $"Nothing was faster. {SecondOf(ways, ratio)}"
                : $"It took {Times(ratio)} times as long as the fastest, {fastest.Way.Name}{doubt}.";
            return new Advice(
                ours.Way, $"{beside} With {limit}, in windows of {ByteSize.Format(setting.WindowBytes)}.", setting,
                    CodeOf(ours.Way.Kind, setting, access));
        }

        string reason =
            $"Windows, by {NameOf(ours.Way.Kind)} and with {limit}, took {Times(ratio)} times as long. "
            + PriceOf(fastest.Way.Kind);
        return new Advice(fastest.Way, reason, setting, CodeOf(fastest.Way.Kind, setting, access));
    }

    /// <summary>
    /// The option with the least memory among those as fast as the best, or not distinguishable from it.
    /// </summary>
    private static (Setting Setting, Timing Timing) Cheapest(List<(Setting Setting, Timing Timing)> tried)
    {
        Timing best = tried.Select(trial => trial.Timing).MinBy(timing => timing.Seconds)!;
        return tried
            .Where(trial => trial.Timing.Seconds <= best.Seconds * Same || !AreApart(best, trial.Timing))
            .MinBy(trial => trial.Setting.BudgetBytes);
    }

    /// <summary>True if one way is slower beyond doubt: the middle halves of the rounds do not overlap.</summary>
    private static bool AreApart(Timing quick, Timing slow) => slow.LowerQuartile > quick.UpperQuartile;

    private static string SecondOf(Contest ways, double ratio)
    {
        Timing other = ways.Timings.First(timing => !timing.Way.Ours);
        string times = Times(other.Seconds / ways.Fastest.Seconds / ratio);
        return $"The best of the others, {other.Way.Name}, took {times} times as long.";
    }

    private static string Times(double ratio) =>
        ratio.ToString(ratio < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static string NameOf(WayKind kind) => kind switch
    {
        WayKind.Cursor => "a cursor",
        WayKind.PipeReader => "a pipe reader",
        _ => "span leases",
    };

    /// <summary>The drawback of the fastest way.</summary>
    private static string PriceOf(WayKind kind) => kind switch
    {
        WayKind.OneMapping =>
            "But all of the file is mapped at once, and nothing keeps a span from outliving the mapping.",
        WayKind.Accessor or WayKind.ViewStream => "But all of the file is mapped at once, and what is read is a copy.",
        WayKind.Array => "But all of the file is in memory at once, and files over 2 GiB do not fit.",
        _ => "What is read this way is a copy, in a buffer that stays yours.",
    };

    private static List<string> CodeOf(WayKind kind, Setting setting, AccessPattern access)
    {
        List<string> windows =
        [
            $"new MapManagerOptions {{ WindowSize = {Number(setting.WindowBytes)},",
            $"    MaxMappedBytes = {Number(setting.BudgetBytes)} }}",
            $"new MappedFileOptions {{ Access = AccessPattern.{access} }}",
        ];
        return kind switch
        {
            WayKind.Cursor => [.. windows, "file.CreateCursor()"],
            WayKind.PipeReader => [.. windows, "file.CreatePipeReader()"],
            WayKind.Leases => [.. windows, "file.LeaseSpan(offset, length)"],
            WayKind.OneMapping =>
                ["MemoryMappedFile.CreateViewAccessor(0, length)", "    .SafeMemoryMappedViewHandle.AcquirePointer(…)"],
            WayKind.Accessor =>
                ["MemoryMappedFile.CreateViewAccessor(0, length)", "    .ReadArray(offset, buffer, 0, count)"],
            WayKind.ViewStream => ["MemoryMappedFile.CreateViewStream(0, length)"],
            WayKind.Positional =>
            [
                $"File.OpenHandle(path, options: FileOptions.{HintOf(access)})",
                "RandomAccess.Read(handle, buffer, offset)",
            ],
            WayKind.FileStream =>
                ["new FileStream(path, …, bufferSize: 0)", "    .Read(buffer), 256 KiB at a time in order"],
            _ => ["File.ReadAllBytes(path)"],
        };
    }

    /// <summary>The framework's hint to the system for an order of use.</summary>
    private static string HintOf(AccessPattern access) =>
        access == AccessPattern.Random ? "RandomAccess" : "SequentialScan";

    /// <summary>A byte size as a C# expression.</summary>
    private static string Number(long bytes) =>
        bytes % (1 << 20) == 0 ? $"{bytes >> 20}L << 20" : bytes.ToString(CultureInfo.InvariantCulture);
}
