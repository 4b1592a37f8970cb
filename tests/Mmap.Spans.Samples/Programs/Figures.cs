using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans.Samples.Programs;

/// <summary>The output of the programs: ways to the same result, each with its time and its allocation.</summary>
internal static class Figures
{
    /// <summary>Runs all ways in turn, round by round, the first round unmeasured, and prints the medians.</summary>
    /// <exception cref="InvalidOperationException">Two ways have different results.</exception>
    public static void Compare<T>(TextWriter output, int rounds, params (string Name, Func<T> Run)[] ways)
    {
        var times = ways.Select(_ => new List<double>()).ToArray();
        var allocations = ways.Select(_ => new List<double>()).ToArray();
        T expected = ways[0].Run();
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp();
                T result = ways[i].Run();
                double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                if (!EqualityComparer<T>.Default.Equals(result, expected))
                    throw new InvalidOperationException($"{ways[i].Name}: {result}, but {ways[0].Name}: {expected}.");
                if (round == 0) continue;
                times[i].Add(time);
                allocations[i].Add(allocated);
            }
        }

        output.WriteLine($"result {expected}, medians of {rounds} rounds");
        for (int i = 0; i < ways.Length; i++)
        {
            string ratio = (Median(times[i]) / Median(times[0])).ToString("0.00", CultureInfo.InvariantCulture);
            string time = Median(times[i]).ToString("N1", CultureInfo.InvariantCulture);
            string allocated = Median(allocations[i]).ToString("N0", CultureInfo.InvariantCulture);
            output.WriteLine($"  {ways[i].Name,-28} {time,9} ms  {ratio,5}  {allocated,14} bytes allocated");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
