using Mmap.Spans.Tool.Inspection;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Reads one file in every way, then in the best window way with other options.</summary>
/// <param name="path">The file.</param>
/// <param name="length">The number of bytes to read, from the file's start.</param>
/// <param name="fileLength">The file's length.</param>
/// <param name="setting">The user's own window options.</param>
/// <param name="rounds">The number of measured rounds.</param>
/// <param name="advance">Called after each read.</param>
internal sealed class Comparer(string path, long length, long fileLength, Setting setting, int rounds, Action advance)
{
    private const int MostWays = 16;
    private const int MostTrials = 8;

    /// <summary>
    /// The maximum of rounds of a trial. Few suffice: options differ by more than ways do, or not at all.
    /// </summary>
    private const int MostRoundsOfTrials = 3;

    /// <summary>The approximate number of reads, for a progress bar.</summary>
    public static int ReadsIn(int rounds) =>
        MostWays * Contest.ReadsIn(rounds) + MostTrials * Contest.ReadsIn(Math.Min(rounds, MostRoundsOfTrials));

    public Findings Run()
    {
        var records = new RandomWays(path, length, setting.MakeManager);
        Contest sequential =
            Contest.Of(new SequentialWays(path, length, setting.MakeManager).All(ArrayFits), rounds, advance);
        Contest random = Contest.Of(records.All(ArrayFits), rounds, advance);

        var scanTrials = Try(
            Setting.ForScans(setting.WindowBytes, length),
            sequential,
            (trial, kind, name) => new SequentialWays(path, length, trial.MakeManager).Ours(kind, name));
        var recordTrials = Try(
            Setting.ForRecords(setting.WindowBytes, setting.BudgetBytes, length),
            random,
            (trial, kind, name) => new RandomWays(path, length, trial.MakeManager).Ours(kind, name));
        return new Findings(
            length,
            records.RecordBytes,
            PageCache.Ask(path, length, cells: 1).Part,
            sequential,
            random,
            scanTrials,
            recordTrials,
            Advice.From(sequential, scanTrials, AccessPattern.Sequential),
            Advice.From(random, recordTrials, AccessPattern.Random));
    }

    /// <summary>True if the whole file is read and fits into one array with memory to spare.</summary>
    private bool ArrayFits =>
        fileLength == length && length <= Math.Min(Array.MaxLength, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private List<(Setting Setting, Timing Timing)> Try(
        List<Setting> settings, Contest contest, Func<Setting, WayKind, string, Way> make)
    {
        List<Way> ways = [.. settings.Select(trial => make(trial, contest.Ours.Way.Kind, trial.ToString()))];
        Contest trials = Contest.Of(ways, Math.Min(rounds, MostRoundsOfTrials), advance);
        if (trials.Sum != contest.Sum)
            throw new InvalidDataException($"{ways[0].Name} did not read what the others read; has the file changed?");

        return [.. settings.Zip(ways.Select(way => trials.Timings.First(timing => timing.Way == way)))];
    }
}
