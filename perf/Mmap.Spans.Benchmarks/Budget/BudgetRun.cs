using System.Globalization;
using System.Text.Json;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>
/// Does the budget hold? Its peaks, as the manager counts them and as the system sees them, with threads that lease,
/// move cursors, read pipes, prefetch and load together. Each cell of the tables is a process of its own.
/// </summary>
internal static class BudgetRun
{
    /// <summary>The argument that makes a process measure one cell, which follows as JSON.</summary>
    public const string OneCell = "--one-cell";

    /// <summary>The memory that the heap and the compiler may need beside the copies.</summary>
    private const long HeapBytes = 8 << 20;

    private const double MostAnonymous = 1.1;

    private static readonly int[] s_threads = [1, 2, 4, 16];
    private static readonly int[] s_windows = [64 << 10, 1 << 20, 16 << 20];

    /// <summary>
    /// Prints what was held over the budget at most, in the manager's books and in the process's mappings.
    /// </summary>
    public static int Peaks()
    {
        if (Measure([Backing.Map, Backing.Copy]) is not { } cells) return OperatingSystem.IsLinux() ? 1 : 0;
        Report report = Begin("budget");
        report.Line(
            "The peak divided by the budget, and in brackets by how many windows it is over. At most one window for " +
            "each thread that loads; the threads of LoadAsync and of prefetches, and those that read ahead of a " +
            "pipe, are the library's own, so that two a thread are taken as the goal.\n");
        foreach (Backing backing in (Backing[])[Backing.Map, Backing.Copy])
            Table(report, backing == Backing.Copy ? "PeakCopiedBytes" : "PeakMappedBytes", cells, backing,
                (cell, found) => Peak(cell, found.PeakBytes));
        report.Line(
            "The system lists mappings piece by piece: a window that is unmapped, and another that is mapped in its " +
            "place, may both be in one list.\n");
        Table(
            report, "the file's mappings in /proc/self/maps, Map", cells, Backing.Map,
            (cell, found) => Peak(cell, found.PeakMappedBytes));
        report.Keep("What is held over the budget");
        return 0;
    }

    /// <summary>Prints how much anonymous memory copies take, and how much of it they leave behind.</summary>
    public static int Memory()
    {
        if (Measure([Backing.Copy]) is not { } cells) return OperatingSystem.IsLinux() ? 1 : 0;
        Report report = Begin("memory");
        report.Line(
            $"Anonymous memory (RssAnon) beyond what there was before the manager was made. Goals: at most " +
            $"{MostAnonymous} times the budget and {HeapBytes >> 20} MiB; after Trim, with " +
            $"nothing held, {HeapBytes >> 20} MiB.\n");
        Table(report, "the most, divided by the budget", cells, Backing.Copy, (cell, found) => Judged(
            $"{(double)found.PeakAnonymousBytes / cell.BudgetBytes:0.00}x",
            found.PeakAnonymousBytes <= MostAnonymous * cell.BudgetBytes + HeapBytes));
        Table(report, "left after Trim", cells, Backing.Copy, (_, found) => Judged(
            $"{found.LeftAnonymousBytes / (double)(1 << 20):0.0} MiB", found.LeftAnonymousBytes <= HeapBytes));
        report.Keep("What copies take of the memory");
        return 0;
    }

    /// <summary>Measures all cells; null if that cannot be done, or one of them failed.</summary>
    private static Dictionary<Cell, CellResult>? Measure(Backing[] backings)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("Skipped: only Linux lists a process's mappings and its anonymous memory as files.");
            return null;
        }

        using var data = new DataFolder();
        DataFile.OfMarks(BudgetCell.FileBytes, BudgetCell.MarkBytes);
        var cells = new Dictionary<Cell, CellResult>();
        foreach (Cell cell in
                 from backing in backings
                 from threads in s_threads
                 from window in s_windows
                 select new Cell(threads, window, backing))
        {
            Console.Error.WriteLine(cell);
            void Take(string line) => cells.Add(cell, JsonSerializer.Deserialize<CellResult>(line)!);
            if (!OwnProcess.Run(Take, [OneCell, JsonSerializer.Serialize(cell)])) return null;
        }

        return cells;
    }

    private static Report Begin(string name)
    {
        var report = new Report(name);
        report.Line(
            $"A file of {BudgetCell.FileBytes >> 30} GiB, no overlap, budgets of two windows a thread and at least " +
            $"16 MiB. Each thread in turn leases 8 bytes, moves a cursor, reads two buffers of a pipe, prefetches " +
            $"and leases, and loads, at random places. OK: as the design wants it; OVER: not.\n");
        return report;
    }

    private static void Table(
        Report report, string title, Dictionary<Cell, CellResult> cells, Backing backing,
        Func<Cell, CellResult, string> text)
    {
        IEnumerable<string> heads =
            s_windows.Select(window => window < 1 << 20 ? $"{window >> 10} KiB" : $"{window >> 20} MiB");
        report.Line($"| {title} | {string.Join(" | ", heads)} |");
        report.Line("|---|" + string.Concat(Enumerable.Repeat("--:|", s_windows.Length)));
        foreach (int threads in s_threads)
        {
            IEnumerable<Cell> row = s_windows.Select(window => new Cell(threads, window, backing));
            string cellsOfRow = string.Join(" | ", row.Select(cell => text(cell, cells[cell])));
            report.Line($"| {threads} {(threads == 1 ? "thread" : "threads")} | {cellsOfRow} |");
        }

        report.Line("");
    }

    private static string Peak(Cell cell, long bytes)
    {
        double windows = (bytes - cell.BudgetBytes) / (double)cell.WindowBytes;
        return Judged($"{(double)bytes / cell.BudgetBytes:0.00}x ({windows:+0.#;-0.#;0})", windows <= 2 * cell.Threads);
    }

    private static string Judged(FormattableString figure, bool isMet) =>
        figure.ToString(CultureInfo.InvariantCulture) + (isMet ? " OK" : " OVER");
}
