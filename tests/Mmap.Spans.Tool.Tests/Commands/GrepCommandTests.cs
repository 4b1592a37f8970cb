using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class GrepCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, string> Searches()
    {
        var searches = new TheoryData<int, string>();
        for (int seed = 1; seed <= 8; seed++)
        {
            foreach (string pattern in (string[])["", "a", "ab", "aBa", "é", "bé.", ".AbA.", "abABa"])
                searches.Add(seed, pattern);
        }

        return searches;
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void TheLinesFoundAreThoseThatHoldThePattern(int seed, string pattern)
    {
        string text = Texts.Random(seed, 6 * Mspans.Window, longestLine: 3 * Mspans.Window);
        string path = _folder.Write("text", text);

        AssertFound(text, path, pattern, line => line.Contains(pattern, StringComparison.Ordinal));
        AssertFound(text, path, pattern, line => line.Contains(pattern, StringComparison.OrdinalIgnoreCase), "-i");
        var regex = new Regex($"^a.*{Regex.Escape(pattern)}|b$");
        AssertFound(text, path, regex.ToString(), regex.IsMatch, "--regex");
    }

    [Fact]
    public void APatternThatLiesAcrossAnEdgeIsFoundAtEveryPlace()
    {
        const string Pattern = "needle";
        for (int before = 0; before <= Pattern.Length; before++)
        {
            string text =
                new string('x', Mspans.Window - before) + Pattern + new string('y', 2 * Mspans.Window) + "\nend\n";
            string path = _folder.Write("text", text);
            string expected = "1:" + text[..(text.IndexOf('\n', StringComparison.Ordinal) + 1)];
            Assert.Equal(expected, Mspans.Run(["grep", "-n", Pattern, path, .. Mspans.Small]).Text);
            Assert.Equal(expected, Mspans.Run(["grep", "-ni", "NEEDLE", path, .. Mspans.Small]).Text);
        }
    }

    [Theory]
    [InlineData("--regex", "x$")]
    [InlineData("--regex", "(?<=x)$")]
    [InlineData("-i", "X")]
    public void ALineFeedAtTheEdgeOfAViewEndsItsLine(string option, string pattern)
    {
        // A view is a window and its overlap, which is another window, within any budget.
        foreach (int edge in (int[])[Mspans.Window, 2 * Mspans.Window])
        {
            for (int length = edge - 2; length <= edge + 2; length++)
            {
                string text = $"{new string('x', length)}\nx\n";
                string path = _folder.Write("text", text);
                string[] windows = ["--window", $"{Mspans.Window}", "--budget", $"{Mspans.Window}"];
                Assert.Equal(text, Mspans.Run(["grep", option, .. windows, "--", pattern, path]).Text);
                Assert.Equal("2\n", Mspans.Run(["grep", "-c", option, .. windows, "--", pattern, path]).Text);
            }
        }
    }

    [Fact]
    public void APatternMayBeAsLongAsAWindowInABudgetOfOne()
    {
        string[] windows = ["--window", $"{Mspans.Window}", "--budget", $"{Mspans.Window}"];
        string pattern = new string('x', Mspans.Window) + 'y';
        string path = _folder.Write("text", $"{new string('x', Mspans.Window)}{pattern}\n");
        Assert.Equal("1\n", Mspans.Run(["grep", "-c", .. windows, pattern, path]).Text);

        Outcome refused = Mspans.Run(["grep", "-c", .. windows, pattern + 'y', path]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("longer than a window; give a larger --window.", refused.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> Expressions() =>
    [
        "", "^", "$", "^$", "\\s", "[^a]", "a\\s*b", "\\n", "a$", "^b", "\\Aa", "a\\z", "a\\Z", "(?<=a)b", "(?!a)b",
        "\\bab\\b", "\\W", "(a)\\1", "(?i)AB", "(?-m)^a", "(?s)a.b", "(?>a+)b", "(?:a|bé)+$", "^(a|b)*$", "é{2}",
            "\\uFFFD", ".{3}", "a.*b.*é",
    ];

    [Theory]
    [MemberData(nameof(Expressions))]
    public void AnExpressionFindsTheLinesThatMatchByThemselves(string expression)
    {
        var regex = new Regex(expression, RegexOptions.CultureInvariant);
        foreach (int seed in (int[])[1, 2, 3])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Texts.Random(seed, 200_000, longestLine: 300));
            if (seed == 2) bytes = [.. bytes, (byte)'\n', (byte)'\n'];
            // Here and there bytes that are no text, in the last two thirds of the file.
            for (int at = bytes.Length / 3; seed == 3 && at < bytes.Length; at += 30_011) bytes[at] = 0xFF;
            string path = _folder.Write("bytes", bytes);

            string[] lines = Texts.Lines(Encoding.UTF8.GetString(bytes));
            string Printed(string line, int index) => regex.IsMatch(line) ? $"{index + 1}:{line}\n" : "";
            string expected = string.Concat(lines.Select(Printed));
            Assert.Equal(expected, Mspans.Run("grep", "-n", "--regex", "--", expression, path).Text);
        }
    }

    [Fact]
    public void BytesThatAreNoTextAreBytesLikeOthers()
    {
        string path = _folder.Write("bytes", [0, 0xFF, (byte)'a', 0, (byte)'\n', 0xC3, (byte)'b', (byte)'\n', 0x80]);

        Assert.Equal([0, 0xFF, (byte)'a', 0, (byte)'\n'], Mspans.Run("grep", "a", path).Output);
        Assert.Equal([0xC3, (byte)'b', (byte)'\n'], Mspans.Run("grep", "--regex", "b$", path).Output);
        Assert.Equal("3\n", Mspans.Run("grep", "-c", "", path).Text);
    }

    [Fact]
    public void CaseIsIgnoredBeyondAscii()
    {
        string path = _folder.Write("text", "Été\nete\nÉTÉ\n");
        Assert.Equal("Été\nÉTÉ\n", Mspans.Run("grep", "-i", "été", path).Text);
    }

    [Fact]
    public void APatternIsNoExpressionUnlessItIsSaidToBe()
    {
        string path = _folder.Write("text", "a.c\nabc\n");
        Assert.Equal("a.c\n", Mspans.Run("grep", "a.c", path).Text);
        Assert.Equal("a.c\nabc\n", Mspans.Run("grep", "--regex", "a.c", path).Text);
        Assert.Equal("-c\n", Mspans.Run("grep", "--", "-c", _folder.Write("dash", "-c\n")).Text);
    }

    [Fact]
    public void SeveralFilesAreNamedAndOneIsNot()
    {
        string one = _folder.Write("one", "a\nb\n"), two = _folder.Write("two", "b\na");

        Assert.Equal($"{one}:1:a\n{two}:2:a\n", Mspans.Run("grep", "-n", "a", one, two).Text);
        Assert.Equal($"{one}:1\n{two}:1\n", Mspans.Run("grep", "-c", "a", one, two).Text);
        Assert.Equal("a\na\n", Mspans.Run("grep", "-h", "a", one, two).Text);
        Assert.Equal($"{one}:a\n", Mspans.Run("grep", "-H", "a", one).Text);
    }

    [Fact]
    public void ExitCodesAreThoseOfGrep()
    {
        string path = _folder.Write("text", "a\n"), missing = _folder.PathOf("missing");

        Assert.Equal(0, Mspans.Run("grep", "a", path).ExitCode);
        Assert.Equal(1, Mspans.Run("grep", "b", path).ExitCode);
        Assert.Equal(2, Mspans.Run("grep", "a").ExitCode);
        Assert.Equal(2, Mspans.Run("grep", "--regex", "(", path).ExitCode);
        Assert.Equal(2, Mspans.Run("grep", "a\nb", path).ExitCode);

        Outcome partly = Mspans.Run("grep", "a", missing, path);
        Assert.Equal(2, partly.ExitCode);
        Assert.Equal($"{path}:a\n", partly.Text);
    }

    [Fact]
    public void APatternLongerThanAWindowIsBadUsage()
    {
        string path = _folder.Write("text", "a\n");
        string pattern = new('a', Mspans.Window + 2);
        Assert.Equal(2, Mspans.Run(["grep", pattern, path, .. Mspans.Small]).ExitCode);
        Assert.Equal(1, Mspans.Run(["grep", pattern[1..], path, .. Mspans.Small]).ExitCode);
    }

    [Fact]
    public void ALongLineIsPrintedWithinABudgetOfOneWindow()
    {
        string text = $"{new string('x', 9 * Mspans.Window)}!\n";
        string path = _folder.Write("long", text);

        Outcome outcome =
            Mspans.Run("grep", "!", path, "--stats", "--window", $"{Mspans.Window}", "--budget", $"{Mspans.Window}");

        Assert.Equal(text, outcome.Text);
        Assert.Contains($"({Mspans.Window} bytes)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHoldsTheCounts()
    {
        string path = _folder.Write("text", "a\nb\na\n");
        JsonElement json = Mspans.Json("grep", "--json", "a", path);
        Assert.Equal(path, json.GetProperty("files")[0].GetProperty("path").GetString());
        Assert.Equal(2, json.GetProperty("files")[0].GetProperty("matchingLines").GetInt64());
    }

    private static void AssertFound(
        string text, string path, string pattern, Func<string, bool> isMatch, params string[] options)
    {
        var expected = new StringBuilder();
        string[] lines = Texts.Lines(text);
        int count = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (!isMatch(lines[i])) continue;
            count++;
            expected.Append(CultureInfo.InvariantCulture, $"{i + 1}:{lines[i]}\n");
        }

        Outcome outcome = Mspans.Run(["grep", "-n", .. options, .. Mspans.Small, "--", pattern, path]);
        Assert.Equal(expected.ToString(), outcome.Text);
        Assert.Equal(count > 0 ? 0 : 1, outcome.ExitCode);
        Assert.Equal($"{count}\n", Mspans.Run(["grep", "-c", .. options, .. Mspans.Small, "--", pattern, path]).Text);
    }
}
