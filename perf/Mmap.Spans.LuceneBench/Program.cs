using System.Globalization;
using Lucene.Net.Store;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.LuceneBench;
using Mmap.Spans.LuceneBench.Corpus;
using Directory = System.IO.Directory;

// Mmap.Spans.Lucene against the directories of Lucene.NET: see ../README.md.
//
//   [DOCUMENTS ROUNDS]    200,000 documents and 25 rounds unless given
if (args is [ContestantProcess.Serve, var kind, var served, var count])
    return ContestantProcess.Live(Enum.Parse<ContestantKind>(kind), new DirectoryInfo(served), Number(count));

int documents = args.Length > 0 ? Number(args[0]) : 200_000;
int rounds = args.Length > 1 ? Number(args[1]) : 25;
DirectoryInfo folder = Directory.CreateTempSubdirectory("mmap-spans-lucene-");
try
{
    Console.WriteLine($"Writing an index of {documents} documents ...");
    using (var directory = new SimpleFSDirectory(folder)) GeneratedIndex.Write(directory, documents);
    return Measure();
}
finally
{
    folder.Delete(recursive: true);
}

int Measure()
{
    var contestants = new List<ContestantProcess>();
    try
    {
        foreach (ContestantKind each in Enum.GetValues<ContestantKind>())
            contestants.Add(new ContestantProcess(each, folder, documents));
        var report = new Report("lucene");
        long bytes = folder.EnumerateFiles().Sum(file => file.Length);
        report.Line($"{documents} documents, {bytes >> 20} MiB; speed / speed of MMapDirectory.");
        report.Line($"Medians and quarters of {rounds} rounds.");
        string[][] answers = [.. contestants.Select(contestant => contestant.AskAnswers())];
        string[] right = answers[(int)ContestantKind.NIOFS];
        int different = answers.Sum(some => some.Zip(right).Count(pair => pair.First != pair.Second));
        report.Line($"{different} answers of {right.Length * answers.Length} differ from those of NIOFSDirectory.\n");

        Work[] works = Work.All([], documents);
        var run = new DirectoryRun(contestants, works, rounds);
        run.Run();
        Tell(report, run, works);
        foreach (ContestantKind ours in (ContestantKind[])[ContestantKind.Mapped, ContestantKind.SmallBudget])
            report.Line($"{NameOf(ours)}: at most {contestants[(int)ours].AskPeak()} MiB mapped.");
        report.Keep("Directories for Lucene.NET");
        return different == 0 ? 0 : 1;
    }
    finally
    {
        contestants.ForEach(contestant => contestant.Dispose());
    }
}

void Tell(Report report, DirectoryRun run, Work[] works)
{
    const int MMap = (int)ContestantKind.MMap;
    void Row(string head, Func<int, string> cell) =>
        report.Line($"| {head} | {string.Join(" | ", Enumerable.Range(0, works.Length).Select(cell))} |");

    Row("directory", work => works[work].Name);
    report.Line("|---|" + string.Concat(works.Select(_ => "--:|")));
    Row("MMapDirectory, times a second", work => run.SpeedOf(work, MMap).ToString("#,0", CultureInfo.InvariantCulture));
    foreach (ContestantKind each in Enum.GetValues<ContestantKind>())
    {
        if (each != ContestantKind.MMap) Row(NameOf(each), work => run.RatioOf(work, (int)each, MMap).ToString());
    }

    Row("MappedDirectory / the best of Lucene's", work =>
    {
        ContestantKind best = Enum.GetValues<ContestantKind>()
            .Where(each => each >= ContestantKind.MMap)
            .MaxBy(each => run.SpeedOf(work, (int)each));
        return $"{run.RatioOf(work, (int)ContestantKind.Mapped, (int)best)} of {NameOf(best)}";
    });
    report.Line("");
}

string NameOf(ContestantKind each) => each == ContestantKind.SmallBudget
    ? "MappedDirectory, windows of 64 KiB, budget 1/8"
    : $"{each}Directory";

int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
