using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Terminal;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Inspection;

public class SnapshotPictureTests
{
    [Theory]
    [InlineData(1, "100%")]
    [InlineData(0.9999, "99%")]
    [InlineData(0.5, "50%")]
    [InlineData(0.0001, "less than 1%")]
    [InlineData(0, "0%")]
    public void OnlyAllIsAHundredPercentAndOnlyNothingIsZero(double part, string percent)
    {
        using var console = new ToolConsole(Stream.Null, TextWriter.Null);
        var residency = new Residency([part], (long)(part * 100_000), part, null);
        var snapshot = new Snapshot("file", 100_000, residency, residency, null);
        string picture = SnapshotPicture.Of(snapshot, console).ToString();
        Assert.Contains($"In the system's cache: {percent}, ", picture, StringComparison.Ordinal);
    }
}
