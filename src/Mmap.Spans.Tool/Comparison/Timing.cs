using System.Diagnostics;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>How long one way took.</summary>
/// <param name="Way">The way.</param>
/// <param name="Seconds">The median of the rounds.</param>
internal sealed record Timing(Way Way, double Seconds)
{
    /// <summary>Times several ways against each other, fastest first.</summary>
    /// <remarks>A round has every way once, so that whatever else the machine does falls on all; the first one, in which
    /// the file comes into the cache and the code is compiled, does not count.</remarks>
    /// <exception cref="InvalidDataException">Two ways did not read the same.</exception>
    public static List<Timing> Of(IReadOnlyList<Way> ways, int rounds)
    {
        double[][] seconds = [.. ways.Select(_ => new double[rounds])];
        long? agreed = null;
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < ways.Count; i++)
            {
                long started = Stopwatch.GetTimestamp();
                long read = ways[i].Read();
                if (round >= 0) seconds[i][round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (read != (agreed ??= read)) throw new InvalidDataException($"{ways[i].Name} did not read what {ways[0].Name} read; has the file changed?");
            }
        }

        return [.. ways.Select((way, i) => new Timing(way, seconds[i].Order().ElementAt(rounds / 2))).OrderBy(timing => timing.Seconds)];
    }
}
