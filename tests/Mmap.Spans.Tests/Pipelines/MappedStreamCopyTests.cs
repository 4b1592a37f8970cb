using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The stream of windows copied to another one, which is written whole windows without a buffer
/// between.</summary>
public class MappedStreamCopyTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public async Task CopyingWritesTheRegionsThemselves()
    {
        using Stream stream = OpenSample(3 * Granule + 50, Overlap).OpenStream();
        (long, int)[] expected =
            [(0, Granule + Overlap), (Granule + Overlap, Granule), (2 * Granule + Overlap, Granule - Overlap + 50)];
        var written = new RecordedParts();
        await stream.CopyToAsync(new RecordingStream(written), TestContext.Current.CancellationToken);
        Assert.Equal(expected, written.Parts);
        Assert.Equal(stream.Length, stream.Position);

        stream.Position = 0;
        written = new RecordedParts();
        stream.CopyTo(new RecordingStream(written));
        Assert.Equal(expected, written.Parts);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public async Task ACopyThatFailsLeavesThePositionAfterWhatWasWritten()
    {
        using Stream stream = OpenSample(3 * Granule, Overlap).OpenStream();
        using var tooSmall = new MemoryStream(new byte[2 * Granule]);
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            stream.CopyToAsync(tooSmall, TestContext.Current.CancellationToken));
        Assert.Equal(Granule + Overlap, stream.Position);
        Assert.Equal(0, LiveLeases);
    }

    /// <summary>A copy that is read once is of no use afterwards.</summary>
    [Fact]
    public void AStreamOfCopiesLeavesNoWindowBehind()
    {
        MapManager manager = ManagerOf(Overlap);
        MappedFile file = OpenSample(manager, 6 * Granule, out _, new MappedFileOptions { Backing = Backing.Copy });
        using (Stream stream = file.OpenStream())
        {
            Assert.Equal(SampleFile.Bytes(0, 6 * Granule), Copied(stream));
            Assert.InRange(manager.GetStatistics().Regions, 0, 1);
        }

        Assert.Equal(0, manager.GetStatistics().Regions);
    }

    [Fact]
    public async Task ACopyThatIsCancelledBeforeItBeginsWritesNothing()
    {
        using Stream stream = OpenSample(4 * Granule, Overlap).OpenStream();
        var parts = new RecordedParts();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            stream.CopyToAsync(new RecordingStream(parts), new CancellationToken(canceled: true)));
        Assert.Empty(parts.Parts);
    }

    [Fact]
    public async Task ADestinationThatHangsCanBeCancelled()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        using Stream stream = file.OpenStream();
        using var source = new CancellationTokenSource();
        var destination = new HangingStream();
        Task copy = stream.CopyToAsync(destination, source.Token);
        Assert.True(destination.IsWriting.Wait(TestThread.Patience));
        Assert.False(copy.IsCompleted);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy.WaitAsync(TestThread.Patience));
        Assert.Equal((0L, 0L), (stream.Position, LiveLeases));
    }

    private static byte[] Copied(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>A client that takes nothing: a write ends by its token alone.</summary>
    private sealed class HangingStream : MemoryStream
    {
        public ManualResetEventSlim IsWriting { get; } = new();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsWriting.Set();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
