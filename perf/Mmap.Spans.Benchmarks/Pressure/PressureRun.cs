using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>
/// Reads at random over a file eight times the budget, against positional reads of the same bytes in the same rounds.
/// The page cache holds the file, so the difference is the cost of a budget that is too small.
/// </summary>
/// <param name="threads">The numbers of threads to measure, in turn.</param>
/// <param name="rounds">The measured calls of each way.</param>
/// <param name="warmups">The least calls before them; the warm-up takes at least a second.</param>
internal sealed class PressureRun(int[] threads, int rounds, int warmups)
{
    private const long BudgetBytes = PressureReads.FileBytes / 8;
    private static readonly int[] s_windows = [64 << 10, 1 << 20, 16 << 20];
    private static readonly int[] s_lengths = [8, 4 << 10, 64 << 10];

    /// <summary>The loops of a row are compiled twice, each time a tenth of a second after they get hot.</summary>
    private static readonly TimeSpan s_leastWarmup = TimeSpan.FromSeconds(1);

    public int Run()
    {
        using var data = new DataFolder();
        string path = DataFile.OfWords(PressureReads.FileBytes);
        var report = new Report("pressure");
        report.Line($"A file of {PressureReads.FileBytes >> 20} MiB, a budget of {BudgetBytes >> 20} MiB, no overlap.");
        report.Line("Processor time of the reading threads as a ratio to RandomAccess.Read of the same bytes by as");
        report.Line($"many threads in the same round; medians and quarters of {rounds} rounds.\n");
        Uniform(path, report);
        Hot(path, report);
        NeighbourRun.Run(report);
        report.Keep("Reads at random over a file eight times the budget");
        return 0;
    }

    private void Uniform(string path, Report report)
    {
        report.Line("Anywhere in the file. Goals: 8 bytes and 4 KiB at most 1.3; 64 KiB at most 1.05, in windows of");
        report.Line("64 KiB 1.3.\n");
        Head(report);
        foreach (int length in s_lengths)
        {
            foreach (int count in threads)
            {
                var cell = new PressureCell(length, count, IsHot: false);
                foreach (AccessPattern access in (AccessPattern[])[AccessPattern.Normal, AccessPattern.Random])
                    Row(report, path, cell, $"LeaseSpan, {access}", window => Leases(window, Backing.Auto, access));
                if (count > 1) continue;
                Row(report, path, cell, "LeaseMemory, Random", window =>
                    Leases(window, Backing.Auto, AccessPattern.Random, isMemory: true));
                Row(report, path, cell, "LeaseSpan, Random, Backing.Map", window =>
                    Leases(window, Backing.Map, AccessPattern.Random));

                PressureReads Leases(int window, Backing backing, AccessPattern access, bool isMemory = false) =>
                    PressureReads.Leases(path, cell, backing, access, window, BudgetBytes, isMemory);
            }
        }

        report.Line("");
    }

    private void Hot(string path, Report report)
    {
        report.Line("Nine of ten in the first tenth of the file. It lies in four windows of 16 MiB, so with these");
        report.Line("the budget is twice as large. Goal: 8 bytes at most 0.4.\n");
        Head(report);
        foreach (int length in s_lengths[..2])
        {
            foreach (int count in threads)
            {
                var cell = new PressureCell(length, count, IsHot: true);
                foreach (Backing backing in count > 1 ? (Backing[])[Backing.Auto] : [Backing.Auto, Backing.Map])
                {
                    Row(report, path, cell, $"LeaseSpan, Random, {backing}", window =>
                    {
                        long budget = window == s_windows[^1] ? 2 * BudgetBytes : BudgetBytes;
                        return PressureReads.Leases(path, cell, backing, AccessPattern.Random, window, budget);
                    });
                }
            }
        }

        report.Line("");
    }

    private static void Head(Report report)
    {
        report.Line($"| read | threads | RandomAccess.Read | way | {string.Join(" | ", s_windows.Select(Size))} |");
        report.Line("|---|--:|--:|---|" + string.Concat(Enumerable.Repeat("--:|", s_windows.Length)));
    }

    private void Row(Report report, string path, PressureCell cell, string way, Func<int, PressureReads> leases)
    {
        using var team = new ThreadTeam(cell.Threads);
        PressureReads[] ways = [PressureReads.Positional(path, cell), .. s_windows.Select(leases)];
        double[][] times = [.. ways.Select(_ => new double[rounds])];
        long begin = Stopwatch.GetTimestamp();
        for (int warmup = 0; warmup < warmups || Stopwatch.GetElapsedTime(begin) < s_leastWarmup; warmup++)
            Array.ForEach(ways, each => each.Measure(team));
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < ways.Length; turn++)
            {
                int index = (round + turn) % ways.Length;
                times[index][round] = ways[index].Measure(team);
            }
        }

        double microseconds = Quarters.Of(times[0]).Median / 1000;
        string positional = string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.00} us");
        var ratios = times.Skip(1).Select(ours => Quarters.Of(ours.Zip(times[0], (own, theirs) => own / theirs)));
        string columns = string.Join(" | ", ratios);
        report.Line($"| {Size(cell.Length)} | {cell.Threads} | {positional} | {way} | {columns} |");
        foreach (PressureReads each in ways) each.Dispose();
    }

    private static string Size(int bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} bytes",
        < 1 << 20 => $"{bytes >> 10} KiB",
        _ => $"{bytes >> 20} MiB",
    };
}
