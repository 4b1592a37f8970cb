using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class CatCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = new byte[70 * Mspans.Window + 3];
    private readonly string _path;

    public CatCommandTests()
    {
        new Random(11).NextBytes(_bytes);
        _path = _folder.Write("bytes", _bytes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileIsPrintedWhole()
    {
        Assert.Equal(_bytes, Mspans.Run(["cat", _path, .. Mspans.Small]).Output);
        Assert.Equal(_bytes, Mspans.Run("cat", _path).Output);
    }

    [Fact]
    public void ARangeIsPrintedWhereverItsEdgesLie()
    {
        foreach (int offset in (int[])[0, 1, Mspans.Window - 1, Mspans.Window, _bytes.Length - 1])
        {
            foreach (int length in (int[])[0, 1, Mspans.Window, 3 * Mspans.Window + 1])
            {
                Outcome outcome =
                    Mspans.Run(["cat", _path, "--offset", $"{offset}", "--length", $"{length}", .. Mspans.Small]);
                Assert.Equal(_bytes.AsSpan(offset, Math.Min(length, _bytes.Length - offset)).ToArray(), outcome.Output);
                Assert.Equal(0, outcome.ExitCode);
            }
        }
    }

    [Fact]
    public void ARangeIsCutAtTheEndOfTheFile()
    {
        Assert.Equal(
            _bytes[^5..], Mspans.Run("cat", _path, "--offset", $"{_bytes.Length - 5}", "--length", "1TiB").Output);
        Assert.Equal(_bytes[^5..], Mspans.Run("cat", _path, "--offset", $"{_bytes.Length - 5}").Output);
        Assert.Empty(Mspans.Run("cat", _path, "--offset", "1GiB").Output);
    }

    [Fact]
    public void AMissingFileIsOne() => Assert.Equal(1, Mspans.Run("cat", _folder.PathOf("missing")).ExitCode);
}
