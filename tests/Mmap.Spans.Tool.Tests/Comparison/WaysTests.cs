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
    public void EverySequentialWayReadsEveryByteOfItsRange(int length, int ways)
    {
        List<Way> all = new SequentialWays(_path, length, MakeManager).All(arrayFits: length == _bytes.Length);
        long checksum = Checksum.Add(0, _bytes.AsSpan(0, length));

        Assert.Equal(ways, all.Count);
        Assert.All(all, way => Assert.Equal(_bytes.AsSpan(0, length).Count((byte)'\n'), way.Read()));
        Assert.All(all, way => Assert.Equal(checksum, way.Check()));
    }

    [Theory]
    [InlineData(400_001, 8)]
    [InlineData(64, 7)]
    [InlineData(3, 7)]
    public void EveryRandomWayReadsTheSameRecords(int length, int ways)
    {
        List<Way> all = new RandomWays(_path, length, MakeManager).All(arrayFits: length == _bytes.Length);
        long sum = all[0].Read(), checksum = all[0].Check();
        Assert.Equal(ways, all.Count);
        Assert.NotEqual(0, sum);
        Assert.All(all, way => Assert.Equal(sum, way.Read()));
        Assert.All(all, way => Assert.Equal(checksum, way.Check()));
    }

    private static MapManager MakeManager() =>
        new(new MapManagerOptions { WindowSize = Mspans.Window, Overlap = 64, MaxMappedBytes = 8 * Mspans.Window });
}
