using System.Globalization;
using Lucene.Net.Store;
using Mmap.Spans;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.Lucene;
using Mmap.Spans.LuceneBench;
using Mmap.Spans.LuceneBench.Corpus;
using Directory = System.IO.Directory;

// Mmap.Spans.Lucene against the directories of Lucene.NET: see ../README.md.
//
//   [DOCUMENTS ROUNDS]    200,000 documents and 15 rounds unless given
const int Questions = 510, Ours = 0, MMap = 1;
int documents = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 15;

DirectoryInfo folder = Directory.CreateTempSubdirectory("mmap-spans-lucene-");
try
{
    Console.WriteLine($"Writing an index of {documents} documents ...");
    using (var directory = new SimpleFSDirectory(folder)) GeneratedIndex.Write(directory, documents);
    Measure(folder.EnumerateFiles().Sum(file => file.Length));
    return 0;
}
finally
{
    folder.Delete(recursive: true);
}

void Measure(long indexBytes)
{
    Contestant[] contestants =
    [
        Mapped("MappedDirectory", new MapManagerOptions()),
        new("MMapDirectory", new MMapDirectory(folder)),
        new("NIOFSDirectory", new NIOFSDirectory(folder)),
        new("SimpleFSDirectory", new SimpleFSDirectory(folder)),
        new("RAMDirectory", new RAMDirectory(new SimpleFSDirectory(folder), IOContext.DEFAULT)),
        Mapped("MappedDirectory, budget 1/8, windows of 64 KiB", new MapManagerOptions
        {
            WindowSize = 64 << 10, Overlap = 4 << 10, MaxMappedBytes = indexBytes / 8,
        }),
    ];
    var report = new Report("lucene");
    Question[] questions = Question.Make(Questions, documents);
    report.Line($"{documents} documents, {indexBytes >> 20} MiB; speed / speed of MMapDirectory, medians and quarters of {rounds} rounds.");
    report.Line($"{Compare(contestants, questions)} answers of {questions.Length * contestants.Length} differ from those of MMapDirectory.\n");

    Work[] works = Work.All(questions, documents);
    var run = new DirectoryRun(contestants, works, rounds);
    run.Run(TimeSpan.FromSeconds(10));
    Tell(report, run, contestants, works);
    report.Keep("Directories for Lucene.NET");
    Array.ForEach(contestants, contestant => contestant.Dispose());
}

Contestant Mapped(string name, MapManagerOptions options)
{
    var manager = new MapManager(options);
    return new Contestant(name, new MappedDirectory(folder, null, manager), manager);
}

int Compare(Contestant[] contestants, Question[] questions)
{
    string[] right = [.. questions.Select(question => question.AnswerOf(contestants[MMap].Searcher))];
    return contestants.Sum(contestant => questions.Where((question, at) => question.AnswerOf(contestant.Searcher) != right[at]).Count());
}

void Tell(Report report, DirectoryRun run, Contestant[] contestants, Work[] works)
{
    int[] columns = [.. Enumerable.Range(0, works.Length)];
    int[] shipped = [.. Enumerable.Range(0, contestants.Length).Where(index => contestants[index].PeakMebibytes is null)];
    void Row(string head, Func<int, string> cell) => report.Line($"| {head} | {string.Join(" | ", columns.Select(cell))} |");

    Row("directory", work => works[work].Name);
    report.Line("|---|" + string.Concat(columns.Select(_ => "--:|")));
    for (int index = 0; index < contestants.Length; index++)
    {
        if (index == MMap) Row("MMapDirectory, times a second", work => run.SpeedOf(work, MMap).ToString("#,0", CultureInfo.InvariantCulture));
        else Row(contestants[index].Name, work => run.RatioOf(work, index, MMap).ToString());
    }

    Row("MappedDirectory / the best of Lucene's", work =>
    {
        int best = run.BestOf(work, shipped);
        return $"{run.RatioOf(work, Ours, best)} of {contestants[best].Name}";
    });
    report.Line("");
    foreach (Contestant contestant in contestants.Where(contestant => contestant.PeakMebibytes is not null))
        report.Line($"{contestant.Name}: at most {contestant.PeakMebibytes} MiB mapped.");
}
