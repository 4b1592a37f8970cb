using System.Text;
using Mmap.Spans.Tool.Comparison;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Comparison;

public class ChecksumTests
{
    [Fact]
    public void ItIsThePublishedOne() =>
        Assert.Equal("e3069283", Checksum.Format(Checksum.Add(0, Encoding.ASCII.GetBytes("123456789"))));

    [Fact]
    public void HowTheBytesArePartedMakesNoDifferenceAndTheirOrderDoes()
    {
        byte[] bytes = new byte[1000];
        var random = new Random(7);
        random.NextBytes(bytes);
        long whole = Checksum.Add(0, bytes), parted = 0;
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(random.Next(40), bytes.Length - at);
            parted = Checksum.Add(parted, bytes.AsSpan(at, length));
            at += length;
        }

        Assert.Equal(whole, parted);
        (bytes[3], bytes[4]) = (bytes[4], bytes[3]);
        Assert.NotEqual(whole, Checksum.Add(0, bytes));
    }
}
