using Mmap.Spans.Tool.Inspection;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Reads one file in every way, then in the best of ours with other options.</summary>
/// <param name="path">The file.</param>
/// <param name="length">How much of it is read, from its start.</param>
/// <param name="fileLength">How long it is.</param>
/// <param name="setting">The user's own options for windows.</param>
/// <param name="rounds">How many rounds count.</param>
/// <param name="advance">Called after each read.</param>
internal sealed class Comparer(string path, long length, long fileLength, Setting setting, int rounds, Action advance)
{
    private const int MostWays = 16;
    private const int MostTrials = 8;

    /// <summary>Options differ by more than ways do, or it makes no difference.</summary>
    private const int MostRoundsOfTrials = 3;

    /// <summary>About how many reads there are, for a progress bar.</summary>
    public static int ReadsIn(int rounds) => MostWays * Contest.ReadsIn(rounds) + MostTrials * Contest.ReadsIn(Math.Min(rounds, MostRoundsOfTrials));

    public Findings Run()
    {
        var records = new RandomWays(path, length, setting.MakeManager);
        Contest sequential = Contest.Of(new SequentialWays(path, length, setting.MakeManager).All(ArrayFits), rounds, advance);
        Contest random = Contest.Of(records.All(ArrayFits), rounds, advance);

        var scanTrials = Try(Setting.ForScans(setting.WindowBytes, length), sequential, (trial, kind, name) => new SequentialWays(path, length, trial.MakeManager).Ours(kind, name));
        var recordTrials = Try(Setting.ForRecords(setting.WindowBytes, setting.BudgetBytes, length), random, (trial, kind, name) => new RandomWays(path, length, trial.MakeManager).Ours(kind, name));
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

    /// <summary>A file of which a part is read cannot be compared with an array of all of it; nor can one that would not leave room.</summary>
    private bool ArrayFits => fileLength == length && length <= Math.Min(Array.MaxLength, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private List<(Setting Setting, Timing Timing)> Try(List<Setting> settings, Contest contest, Func<Setting, WayKind, string, Way> make)
    {
        List<Way> ways = [.. settings.Select(trial => make(trial, contest.Ours.Way.Kind, trial.ToString()))];
        Contest trials = Contest.Of(ways, Math.Min(rounds, MostRoundsOfTrials), advance);
        if (trials.Sum != contest.Sum) throw new InvalidDataException($"{ways[0].Name} did not read what the others read; has the file changed?");

        return [.. settings.Zip(ways.Select(way => trials.Timings.First(timing => timing.Way == way)))];
    }
}
