using System.Globalization;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Which way to take, from what was measured and nothing else.</summary>
/// <param name="Way">The way.</param>
/// <param name="Reason">One or two sentences with the figures that decided.</param>
/// <param name="Setting">The options for windows: those that did best, whether windows are advised or not.</param>
/// <param name="Code">How it is written, in lines.</param>
internal sealed record Advice(Way Way, string Reason, Setting Setting, IReadOnlyList<string> Code)
{
    /// <summary>Windows that take at most so many times as long as the fastest way are worth their bounded memory.</summary>
    private const double AsGoodAs = 1.1;

    /// <summary>What is slower by less is as good: then smaller windows, and less memory, are better.</summary>
    private const double Same = 1.05;

    /// <summary>From all ways, and from the best of ours with other options.</summary>
    public static Advice From(Contest ways, List<(Setting Setting, Timing Timing)> tried, AccessPattern access)
    {
        Timing fastest = ways.Fastest, ours = ways.Ours;
        (Setting setting, Timing tuned) = Cheapest(tried);
        // The trials are a run of their own; within it the user's own options stand for what the first run had.
        double gain = AreApart(tuned, tried[0].Timing) ? tried[0].Timing.Seconds / tuned.Seconds : 1;
        double ratio = ours.Seconds / fastest.Seconds / gain;
        string limit = $"at most {ByteSize.Format(setting.BudgetBytes)} mapped";
        if (ratio <= AsGoodAs || !AreApart(fastest, ours))
        {
            string doubt = ratio > AsGoodAs ? ", which its rounds do not tell apart" : "";
            string beside = fastest.Way.Ours || ratio < 1
                ? $"Nothing was faster. {SecondOf(ways, ratio)}"
                : $"It took {Times(ratio)} times as long as the fastest, {fastest.Way.Name}{doubt}.";
            return new Advice(ours.Way, $"{beside} With {limit}, in windows of {ByteSize.Format(setting.WindowBytes)}.", setting, CodeOf(ours.Way.Kind, setting, access));
        }

        string reason = $"Windows, by {NameOf(ours.Way.Kind)} and with {limit}, took {Times(ratio)} times as long. {PriceOf(fastest.Way.Kind)}";
        return new Advice(fastest.Way, reason, setting, CodeOf(fastest.Way.Kind, setting, access));
    }

    /// <summary>Of the options that are as good as the best, or that the rounds do not tell from it, those that hold the least.</summary>
    private static (Setting Setting, Timing Timing) Cheapest(List<(Setting Setting, Timing Timing)> tried)
    {
        Timing best = tried.Select(trial => trial.Timing).MinBy(timing => timing.Seconds)!;
        return tried
            .Where(trial => trial.Timing.Seconds <= best.Seconds * Same || !AreApart(best, trial.Timing))
            .MinBy(trial => trial.Setting.BudgetBytes);
    }

    /// <summary>Whether one is slower beyond doubt: the middle halves of the rounds do not meet.</summary>
    private static bool AreApart(Timing quick, Timing slow) => slow.LowerQuartile > quick.UpperQuartile;

    private static string SecondOf(Contest ways, double ratio)
    {
        Timing other = ways.Timings.First(timing => !timing.Way.Ours);
        return $"The best of the others, {other.Way.Name}, took {Times(other.Seconds / ways.Fastest.Seconds / ratio)} times as long.";
    }

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static string NameOf(WayKind kind) => kind switch
    {
        WayKind.Cursor => "a cursor",
        WayKind.PipeReader => "a pipe reader",
        _ => "span leases",
    };

    /// <summary>What is given up for the speed.</summary>
    private static string PriceOf(WayKind kind) => kind switch
    {
        WayKind.OneMapping => "But all of the file is mapped at once, and nothing keeps a span from outliving the mapping.",
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
            WayKind.OneMapping => ["MemoryMappedFile.CreateViewAccessor(0, length)", "    .SafeMemoryMappedViewHandle.AcquirePointer(…)"],
            WayKind.Accessor => ["MemoryMappedFile.CreateViewAccessor(0, length)", "    .ReadArray(offset, buffer, 0, count)"],
            WayKind.ViewStream => ["MemoryMappedFile.CreateViewStream(0, length)"],
            WayKind.Positional => [$"File.OpenHandle(path, options: FileOptions.{(access == AccessPattern.Random ? "RandomAccess" : "SequentialScan")})", "RandomAccess.Read(handle, buffer, offset)"],
            WayKind.FileStream => ["new FileStream(path, …, bufferSize: 0)", "    .Read(buffer), 256 KiB at a time in order"],
            _ => ["File.ReadAllBytes(path)"],
        };
    }

    /// <summary>A number of bytes as programs write it.</summary>
    private static string Number(long bytes) =>
        bytes % (1 << 20) == 0 ? $"{bytes >> 20}L << 20" : bytes.ToString(CultureInfo.InvariantCulture);
}
