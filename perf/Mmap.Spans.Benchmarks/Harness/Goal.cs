using System.Globalization;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>The design's goal for one comparison, and the verdict on figures.</summary>
/// <param name="Text">The goal for a person; empty if there is none.</param>
/// <param name="MostRatio">The most that our time may be, divided by theirs.</param>
/// <param name="MostExtraNanoseconds">The most that one operation may take longer than theirs.</param>
/// <param name="MostBytes">The most that one operation may allocate.</param>
internal sealed record Goal(string Text, double MostRatio, double MostExtraNanoseconds, double MostBytes)
{
    private const double Any = double.PositiveInfinity;

    /// <summary>No goal: shown so that our losses are visible too.</summary>
    public static Goal None { get; } = new("", Any, Any, Any);

    /// <summary>At most so many times their time.</summary>
    public static Goal Time(double mostRatio) => new(Say("at most {0}x", mostRatio), mostRatio, Any, Any);

    /// <summary>At most so many times their time and so many bytes allocated.</summary>
    public static Goal TimeAndBytes(double mostRatio, int mostBytes) =>
        new(Say("at most {0}x, ", mostRatio) + Say("{0} bytes", mostBytes), mostRatio, Any, mostBytes);

    /// <summary>At least so many times their throughput.</summary>
    public static Goal Throughput(double leastRatio) =>
        new(Say("at least {0}x speed", leastRatio), 1 / leastRatio, Any, Any);

    /// <summary>At most so many nanoseconds more for one operation.</summary>
    public static Goal Extra(double nanoseconds) => new(Say("at most {0} ns more", nanoseconds), Any, nanoseconds, Any);

    /// <summary>"met" or "missed"; empty if there is no goal.</summary>
    public string Verdict(double ratio, double extraNanoseconds, double bytes)
    {
        if (this == None) return "";

        // A byte or two over a whole round are the harness's own, not the operation's.
        const double ByteTolerance = 0.5;
        // With several threads the bytes are NaN and are not judged.
        bool tooManyBytes = bytes > MostBytes + ByteTolerance;
        return ratio <= MostRatio && extraNanoseconds <= MostExtraNanoseconds && !tooManyBytes ? "met" : "missed";
    }

    private static string Say(string format, double number) =>
        string.Format(CultureInfo.InvariantCulture, format, number);
}
