using System.Text;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>Texts to try the commands on.</summary>
public static class Texts
{
    /// <summary>Lines of random lengths, some empty, some longer than windows, in few different letters.</summary>
    public static string Random(int seed, int length, int longestLine)
    {
        var random = new Random(seed);
        var text = new StringBuilder(length);
        while (text.Length < length)
        {
            int line = random.Next(4) switch
            {
                0 => random.Next(4),
                1 => random.Next(longestLine),
                _ =>
                random.Next(80)
            };
            for (int i = 0; i < line; i++) text.Append("abAB.é"[random.Next(6)]);
            text.Append('\n');
        }

        // Half of the texts end within a line.
        return text.ToString(0, length - random.Next(2));
    }

    /// <summary>The lines as grep sees them: nothing comes after a line feed at the end.</summary>
    public static string[] Lines(string text) =>
        text.EndsWith('\n') ? text[..^1].Split('\n') : text.Length == 0 ? [] : text.Split('\n');
}
