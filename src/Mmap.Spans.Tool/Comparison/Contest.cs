using System.Diagnostics;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Several ways to read the same, timed against each other.</summary>
/// <param name="Timings">Fastest first.</param>
/// <param name="Sum">The checksum of the bytes that all of them read.</param>
internal sealed record Contest(List<Timing> Timings, long Sum)
{
    public Timing Fastest => Timings[0];

    /// <summary>The fastest of the ways through windows.</summary>
    public Timing Ours => Timings.First(timing => timing.Way.Ours);

    /// <summary>How many times each way reads when it is timed so often: once for the checksum, once to be compiled.</summary>
    public static int ReadsIn(int rounds) => rounds + 2;

    /// <summary>Times several ways.</summary>
    /// <remarks>First each way's checksum is taken, which also brings the file into the cache. Then a round has every way
    /// once, so that whatever else the machine does falls on all; the first, in which the code is compiled, does not
    /// count.</remarks>
    /// <param name="ways">The ways.</param>
    /// <param name="rounds">How many count.</param>
    /// <param name="advance">Called after each read.</param>
    /// <exception cref="InvalidDataException">Two ways did not read the same.</exception>
    public static Contest Of(IReadOnlyList<Way> ways, int rounds, Action advance)
    {
        long sum = ReadByAll(ways, way => way.Check, (_, _) => { }, advance);
        double[][] seconds = [.. ways.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            int now = round;
            ReadByAll(ways, way => way.Read, (way, taken) => seconds[way][Math.Max(now, 0)] = taken, advance);
        }

        return new Contest([.. ways.Select((way, i) => Timing.Of(way, seconds[i])).OrderBy(timing => timing.Seconds)], sum);
    }

    private static long ReadByAll(IReadOnlyList<Way> ways, Func<Way, Func<long>> reading, Action<int, double> took, Action advance)
    {
        long? agreed = null;
        for (int i = 0; i < ways.Count; i++)
        {
            Func<long> read = reading(ways[i]);
            long started = Stopwatch.GetTimestamp();
            long result = read();
            took(i, Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (result != (agreed ??= result)) throw new InvalidDataException($"{ways[i].Name} did not read what {ways[0].Name} read; has the file changed?");
            advance();
        }

        return agreed.GetValueOrDefault();
    }
}
