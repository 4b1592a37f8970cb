using System.Globalization;

namespace Mmap.Spans.TestChild;

/// <summary>The assertions and reports of every scenario.</summary>
internal static class Check
{
    /// <summary>Ends the scenario as failed unless the condition holds.</summary>
    public static void That(bool condition, string sentence)
    {
        if (!condition) throw new InvalidOperationException(sentence);
    }

    /// <summary>Reports a number to the test.</summary>
    public static void Report(string name, long value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));

    /// <summary>Parses an argument.</summary>
    public static long Number(string argument) => long.Parse(argument, CultureInfo.InvariantCulture);
}
