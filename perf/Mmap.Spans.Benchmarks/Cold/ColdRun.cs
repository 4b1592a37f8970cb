using System.Globalization;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Cold;

/// <summary>
/// The cold mode: files that are only on the disk. Each way is called once a round. Before each call the file is
/// evicted from the page cache, and the pages that remain are counted.
/// </summary>
internal static class ColdRun
{
    /// <summary>More than this in the cache is not cold.</summary>
    private const double MostResident = 0.001;

    /// <param name="gibibytes">The length of the file.</param>
    /// <param name="rounds">The calls of each way.</param>
    /// <returns>0, also where nothing could be measured, which is said.</returns>
    public static int Run(int gibibytes, int rounds)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine(
                "Skipped: only Linux lets a program drive a file out of the page cache and look whether it is out.");
            return 0;
        }

        using var data = new DataFolder();
        long bytes = (long)gibibytes << 30;
        if (new DriveInfo(DataFolder.Current).AvailableFreeSpace < bytes + bytes / 4)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"Skipped: there is no room for a file of {gibibytes} GiB in {DataFolder.Current}."));
            return 0;
        }

        Console.Error.WriteLine("making the file");
        var rows = new List<Row>();
        var notes = new List<FormattableString>();
        foreach (ColdQuestion question in (ColdQuestion[])[new ColdReads(bytes), new ColdScan(bytes)])
        {
            Console.Error.WriteLine(question.GetType().Name);
            PageCache.Drop(question.Path);
            double resident = PageCache.ResidentShare(question.Path);
            if (resident > MostResident)
            {
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture,
                        $"Skipped: {resident:P1} of the file stays in the page cache, whatever it is told."));
                return 0;
            }

            Measure(question, rounds, rows, notes);
        }

        var report = new Report("cold");
        string format = new DriveInfo(DataFolder.Current).DriveFormat;
        report.Line(
            $"A file of {gibibytes} GiB in {format}, driven out of the page cache before each call; "
            + "what caches lie under the disk nobody knows.\n");
        report.Line(RatioTable.Write(rows));
        notes.ForEach(report.Line);
        report.Keep("Files that are on the disk only");
        return 0;
    }

    private static T Median<T>(List<Cost> costs, Func<Cost, T> figure) =>
        costs.Select(figure).Order().ElementAt(costs.Count / 2);

    /// <summary>The resources that a call takes besides time, or took up to a moment.</summary>
    private readonly record struct Cost(long FromDiskBytes, TimeSpan ProcessorTime)
    {
        public static Cost Now() => new(PageCache.BytesFromDisk(), Environment.CpuUsage.TotalTime);

        public static Cost operator -(Cost end, Cost begin) =>
            new(end.FromDiskBytes - begin.FromDiskBytes, end.ProcessorTime - begin.ProcessorTime);
    }

    private static void Measure(ColdQuestion question, int rounds, List<Row> rows, List<FormattableString> notes)
    {
        var costs = new Dictionary<string, List<Cost>>();
        double mostResident = 0;
        Contestant Counted(Contestant way) => way with
        {
            Call = () =>
            {
                Cost before = Cost.Now();
                way.Call();
                costs.TryAdd(way.Title, []);
                costs[way.Title].Add(Cost.Now() - before);
            },
        };
        var run = new PairedRun([.. question.Ways.Select(Counted)]);
        run.Run(rounds, () =>
        {
            PageCache.Drop(question.Path);
            mostResident = Math.Max(mostResident, PageCache.ResidentShare(question.Path));
        });

        rows.AddRange(question.Comparisons.Select(comparison => run.Compare(question.GetType().Name, comparison)));
        string name = question.GetType().Name;
        notes.Add(
            $"{name}: at most {mostResident:P2} of the file was in the page cache when a way began. One call:\n");
        foreach ((string title, List<Cost> all) in costs)
        {
            long mebibytes = Median(all, cost => cost.FromDiskBytes) >> 20;
            double milliseconds = Median(all, cost => cost.ProcessorTime).TotalMilliseconds;
            notes.Add(
                $"- {title}: {mebibytes} MiB from the disk, {milliseconds:F0} ms of processor time on all threads");
        }

        notes.Add($"");
    }
}
