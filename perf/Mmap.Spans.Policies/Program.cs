using System.Globalization;
using Mmap.Spans.Policies;
using Mmap.Spans.Policies.Costs;
using Mmap.Spans.Policies.Traces;

const ulong Seed = 7;
const string Usage = """
    Hit rates of replacement policies over traces of region uses, and what a lease costs under rules of admission.

      --costs FOLDER COMMIT            writes the tables of costs to FOLDER/<date>-costs.md
      --tables FOLDER [FILE...]        writes the tables to FOLDER/<date>.md, also for these recordings
      --record REPOSITORY FILE         records the largest pack of a git repository
      --generate                       writes an invented history to standard output, for git fast-import
    """;

switch (args)
{
    case ["--costs", var folder, var commit]:
        WriteCosts(folder, commit);
        return 0;
    case ["--generate"]:
        using (Stream output = Console.OpenStandardOutput()) HistoryGenerator.Write(output, Seed);
        return 0;
    case ["--record", var repository, var file]:
        PackRecording recording = PackRecorder.Record(repository);
        using (FileStream output = File.Create(file)) recording.Write(output);
        Console.WriteLine($"{recording.Packed.Length} objects, {recording.Walk.Length} of them walked.");
        return 0;
    case ["--tables", var folder, .. var recordings]:
        WriteTables(folder, recordings);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static void WriteTables(string folder, string[] recordings)
{
    string names = string.Concat(recordings.Select(r => " " + Path.GetFileName(r)));
    var tables = new Tables();
    tables.Say($"# Hit rates of replacement policies, {Today()}\n");
    tables.Say("Repeat with, from the top of the repository:\n");
    const string Command = "dotnet run -c Release --project perf/Mmap.Spans.Policies -- --tables";
    tables.Say($"    {Command} perf/results/policies{names}\n");
    tables.Say($"""
        Every number follows from the seed {Seed} and the recordings; no clock is read but for the date. A rate is
        100 * (uses - misses) / uses. A use is a burst of 1 to 1,000 touches of one region that other readers interrupt,
        and every touch of a region that is not there is a miss, so a budget that cannot hold what is being read at one
        time goes below zero. **Bold**: the best yardstick of the row. `!`: more than 5 points below it. `↓`: below LRU.

        """);
    tables.Legend();

    double[] shares = [0.02, 0.1, 0.3];
    tables.Add("Regions of one size", new SyntheticTraces(Seed, mixedSizes: false).All(), shares);
    tables.Add("Regions of mixed sizes", new SyntheticTraces(Seed, mixedSizes: true).All(), shares);
    tables.Add("Tiny tables", new SyntheticTraces(Seed, mixedSizes: false).All().Take(6).Concat(
        new SyntheticTraces(Seed, mixedSizes: false).All().Skip(10)), [], [1, 2, 4, 8, 16, 24, 32]);
    string[] shipped = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Recorded"), "*.pack-trace");
    foreach (string path in shipped.Order(StringComparer.Ordinal).Concat(recordings))
    {
        using FileStream stream = File.OpenRead(path);
        string name = Path.GetFileNameWithoutExtension(path);
        var packs = new PackTraces(PackRecording.Read(stream), Seed);
        tables.Add($"Reading the pack of {name}", packs.All(), [0.01, .. shares]);
    }

    tables.AddMeans("By trace, the mean of its budgets");

    Keep(folder, Today() + ".md", tables.ToString());
}

static void WriteCosts(string folder, string commit)
{
    const string Command = "dotnet run -c Release --project perf/Mmap.Spans.Policies -- --costs";
    string text = $"""
        # What a lease costs when the table is full, {Today()}, commit {commit}

        Repeat with, from the top of the repository:

            {Command} perf/results/policies "$(git rev-parse --short HEAD)"

        Microseconds a lease, in a model: every number follows from the seed {Seed} and the costs, no clock is read but
        for the date. A table is filled first; only then a miss may be a copy. **Bold**: the best rule of the row.

        """ + "\n" + CostTables.Legend() + "\n";
    var traces = new LeaseTraces(Seed);
    int[] windows = [64 << 10, 1 << 20, 16 << 20];
    foreach (CostModel costs in (CostModel[])[CostModel.Measured, CostModel.DearFaults])
    {
        text += $"""
            ## Costs {costs.Name}

            A hit {costs.Hit} us, a copy {costs.Copy} and {costs.CopyOf8KiB} more for each 8 KiB, a mapping
            {costs.Map}, the first touch of 64 KiB of a window {costs.Touch}.

            """ + "\n";
        var tables = new CostTables(costs);
        tables.Add("Single records in a file of 512 MiB", _ => traces.Single(), windows, [0.125, 0.5]);
        IEnumerable<LeaseTrace> Bursts(int window) =>
            new SyntheticTraces(Seed, mixedSizes: false).All().Select(make => traces.Bursts(make(), window));
        tables.Add("Bursts of leases", Bursts, windows[..2], [0.1]);
        tables.AddSummary();
        text += tables;
    }

    Keep(folder, Today() + "-costs.md", text);
}

static string Today() => DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

static void Keep(string folder, string name, string text)
{
    Directory.CreateDirectory(folder);
    string target = Path.Combine(folder, name);
    File.WriteAllText(target, text);
    Console.WriteLine(target);
}
