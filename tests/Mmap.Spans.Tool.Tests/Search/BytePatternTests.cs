using System.Text;
using Mmap.Spans.Tool.Search;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Search;

public class BytePatternTests
{
    [Fact]
    public void TheFirstPlaceIsFoundWithAndWithoutCase()
    {
        for (int seed = 1; seed <= 2_000; seed++)
        {
            var random = new Random(seed);
            string text = RandomText(random, random.Next(40)), pattern = RandomText(random, 1 + random.Next(4));
            byte[] bytes = Encoding.ASCII.GetBytes(text);

            int exact = new BytePattern(Encoding.ASCII.GetBytes(pattern), ignoreCase: false).IndexIn(bytes);
            int loose = new BytePattern(Encoding.ASCII.GetBytes(pattern), ignoreCase: true).IndexIn(bytes);

            string what = $"seed {seed}: '{pattern}' in '{text}'";
            Assert.True(exact == text.IndexOf(pattern, StringComparison.Ordinal), what);
            Assert.True(loose == text.IndexOf(pattern, StringComparison.OrdinalIgnoreCase), what);
        }
    }

    [Fact]
    public void OnlyLettersHaveCase()
    {
        // '[' and '{' differ by the bit that tells 'A' from 'a'.
        Assert.Equal(-1, new BytePattern("a["u8, ignoreCase: true).IndexIn("a{"u8));
        Assert.Equal(-1, new BytePattern("@a"u8, ignoreCase: true).IndexIn("`a"u8));
    }

    private static string RandomText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "aAeEqQ[{"[random.Next(8)]));
}
