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
    public void APlaceInLongTextIsFoundWhereverItIsAndNoneBehindTheSpan()
    {
        byte[] needle = "Needle"u8.ToArray();
        for (int length = needle.Length; length <= 300; length++)
        {
            // The bytes after the span match: a read past its end would find them.
            byte[] bytes = [.. Enumerable.Repeat((byte)'x', length), .. needle, .. needle];
            Span<byte> span = bytes.AsSpan(0, length);
            foreach (bool ignoreCase in (bool[])[false, true])
            {
                var pattern = new BytePattern(needle, ignoreCase);
                Assert.Equal(-1, pattern.IndexIn(span));
                Assert.Equal(length, pattern.IndexIn(bytes));
                foreach (int at in (int[])[0, length / 2, length - needle.Length])
                {
                    if (at > length - needle.Length) continue;
                    span.Fill((byte)'x');
                    needle.CopyTo(span[at..]);
                    Assert.Equal(at, pattern.IndexIn(span));
                    Assert.Equal(-1, pattern.IndexIn(span[..(at + needle.Length - 1)]));
                }

                span.Fill((byte)'x');
            }
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
