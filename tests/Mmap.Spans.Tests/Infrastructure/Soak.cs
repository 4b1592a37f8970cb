using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// How long a stress test runs, and with which random numbers. Set <c>MMAP_SPANS_SOAK_SECONDS</c> for a soak of hours,
/// and <c>MMAP_SPANS_SEED</c> to see a failure again.
/// </summary>
internal static class Soak
{
    /// <summary>The time of one stress test.</summary>
    public static TimeSpan Time(double seconds) =>
        TimeSpan.FromSeconds(Number("MMAP_SPANS_SOAK_SECONDS") is { } asked ? asked : seconds);

    /// <summary>The seed of this run.</summary>
    public static int Seed { get; } = Number("MMAP_SPANS_SEED") ?? Environment.TickCount;

    /// <summary>Runs threads until the time is over; what one throws ends all, and the message has the seed.</summary>
    public static void Run(double seconds, int threads, Action<int, Random> turn)
    {
        int seed = Seed;
        TimeSpan time = Time(seconds);
        long start = Stopwatch.GetTimestamp();
        bool stop = false;
        try
        {
            TestThread[] all = [.. Enumerable.Range(0, threads).Select(number => TestThread.Start(() =>
            {
                var random = new Random(seed + number);
                try
                {
                    while (!Volatile.Read(ref stop) && Stopwatch.GetElapsedTime(start) < time) turn(number, random);
                }
                finally
                {
                    Volatile.Write(ref stop, true);
                }
            }))];
            foreach (TestThread thread in all) thread.Join(time + TestThread.Patience);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with MMAP_SPANS_SEED={seed}: {e.Message}", e);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : null;
}
