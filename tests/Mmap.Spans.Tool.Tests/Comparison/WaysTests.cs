using Mmap.Spans.Tool.Comparison;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Comparison;

public sealed class WaysTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _bytes = new byte[400_001];

    public WaysTests()
    {
        new Random(5).NextBytes(_bytes);
        _path = _folder.Write("bytes", _bytes);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(400_001, 8)]
    [InlineData(300_000, 7)]
    [InlineData(1, 7)]
    public void EverySequentialWayCountsTheLineFeedsOfItsRange(int length, int ways)
    {
        List<Way> all = new SequentialWays(_path, length, MakeManager).All(_bytes.Length);

        Assert.Equal(ways, all.Count);
        Assert.All(all, way => Assert.Equal(_bytes.AsSpan(0, length).Count((byte)'\n'), way.Read()));
    }

    [Theory]
    [InlineData(400_001)]
    [InlineData(64)]
    [InlineData(3)]
    public void EveryRandomWayReadsTheSameRecords(int length)
    {
        List<Way> all = new RandomWays(_path, length, MakeManager).All();
        long sum = all[0].Read();
        Assert.NotEqual(0, sum);
        Assert.All(all, way => Assert.Equal(sum, way.Read()));
    }

    [Fact]
    public void WaysThatDisagreeAreNotCompared()
    {
        Way[] ways = [new("one", true, () => 1), new("two", false, () => 2)];
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Timing.Of(ways, 1));
        Assert.StartsWith("two did not read what one read", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFirstRoundDoesNotCountAndTheFastestWayComesFirst()
    {
        int reads = 0;
        Way slow = new("slow", false, () =>
        {
            long until = Environment.TickCount64 + 20;
            while (Environment.TickCount64 < until) { }
            return 0;
        });
        Way quick = new("quick", true, () =>
        {
            reads++;
            return 0;
        });

        List<Timing> timings = Timing.Of([slow, quick], rounds: 3);

        Assert.Equal([quick, slow], timings.Select(timing => timing.Way));
        Assert.Equal(4, reads);
    }

    private static MapManager MakeManager() =>
        new(new MapManagerOptions { WindowSize = Mspans.Window, Overlap = 64, MaxMappedBytes = 8 * Mspans.Window });
}
