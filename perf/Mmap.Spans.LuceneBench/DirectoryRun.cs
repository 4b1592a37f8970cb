using System.Diagnostics;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.LuceneBench;

/// <summary>
/// Has all contestants do each work in turn, in many short rounds, and compares within the round. So a disturbance of
/// the machine disturbs both sides of a ratio.
/// </summary>
internal sealed class DirectoryRun(IReadOnlyList<ContestantProcess> contestants, IReadOnlyList<Work> works, int rounds)
{
    /// <summary>
    /// The compiler needs 30 calls of a method twice, with a tenth of a second between; one call here makes enough of
    /// them. On a busy machine a number of seconds alone is not enough.
    /// </summary>
    private const int WarmCalls = 20;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(5);

    /// <summary>By work, contestant and round.</summary>
    private readonly double[][][] _speeds =
        [.. works.Select(_ => contestants.Select(_ => new double[rounds]).ToArray())];

    /// <summary>Warms all up until their code has its last tier, and measures.</summary>
    public void Run()
    {
        for (int work = 0; work < works.Count; work++)
        {
            int first = 0;
            long begin = Stopwatch.GetTimestamp();
            for (int call = 0; call < WarmCalls || Stopwatch.GetElapsedTime(begin) < s_warmUp; call++)
            {
                foreach (ContestantProcess contestant in contestants) contestant.Do(work, first);
                first += works[work].Count;
            }

            for (int round = 0; round < rounds; round++, first += works[work].Count)
            {
                // Each round begins with another one.
                for (int turn = 0; turn < contestants.Count; turn++)
                {
                    int index = (round + turn) % contestants.Count;
                    _speeds[work][index][round] = contestants[index].Do(work, first);
                }
            }
        }
    }

    /// <summary>Times a second, the median.</summary>
    public double SpeedOf(int work, int contestant) => Quarters.Of(_speeds[work][contestant]).Median;

    /// <summary>The speed of one divided by that of another, round by round.</summary>
    public Quarters RatioOf(int work, int ours, int theirs) =>
        Quarters.Of(_speeds[work][ours].Zip(_speeds[work][theirs], (our, their) => our / their));
}
