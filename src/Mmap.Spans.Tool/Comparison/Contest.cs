using System.Diagnostics;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The measured times of several ways to read the same bytes.</summary>
/// <param name="Timings">The timings, fastest first.</param>
/// <param name="Sum">The checksum that all ways agree on.</param>
internal sealed record Contest(List<Timing> Timings, long Sum)
{
    public Timing Fastest => Timings[0];

    /// <summary>The fastest of the window ways.</summary>
    public Timing Ours => Timings.First(timing => timing.Way.Ours);

    /// <summary>
    /// The number of reads of one way: the measured rounds, one for the checksum and one for the compiler.
    /// </summary>
    public static int ReadsIn(int rounds) => rounds + 2;

    /// <summary>Times several ways.</summary>
    /// <remarks>The first pass takes each way's checksum, and brings the file into the cache. Each later round runs
    /// every way once, so that a disturbance of the machine affects all ways alike. The first round is not counted,
    /// because code is compiled in it.</remarks>
    /// <param name="ways">The ways.</param>
    /// <param name="rounds">The number of measured rounds.</param>
    /// <param name="advance">Called after each read.</param>
    /// <exception cref="InvalidDataException">Two ways read different bytes.</exception>
    public static Contest Of(IReadOnlyList<Way> ways, int rounds, Action advance)
    {
        long sum = ReadByAll(ways, way => way.Check, (_, _) => { }, advance);
        double[][] seconds = [.. ways.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            int now = round;
            ReadByAll(ways, way => way.Read, (way, taken) => seconds[way][Math.Max(now, 0)] = taken, advance);
        }

        IEnumerable<Timing> timings = ways.Select((way, i) => Timing.Of(way, seconds[i]));
        return new Contest([.. timings.OrderBy(timing => timing.Seconds)], sum);
    }

    private static long ReadByAll(
        IReadOnlyList<Way> ways, Func<Way, Func<long>> reading, Action<int, double> took, Action advance)
    {
        long? agreed = null;
        for (int i = 0; i < ways.Count; i++)
        {
            Func<long> read = reading(ways[i]);
            long started = Stopwatch.GetTimestamp();
            long result = read();
            took(i, Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (result != (agreed ??= result))
                throw new InvalidDataException(
                    $"{ways[i].Name} did not read what {ways[0].Name} read; has the file changed?");
            advance();
        }

        return agreed.GetValueOrDefault();
    }
}
