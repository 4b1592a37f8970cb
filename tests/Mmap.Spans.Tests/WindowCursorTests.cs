using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

public class WindowCursorTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void ACursorShowsNothingUntilItIsMovedAndAfterItIsReleased()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor();
        void AssertShowsNothing()
        {
            Assert.False(cursor.IsValid);
            Assert.Equal((0L, 0L, 0), (cursor.Offset, cursor.End, cursor.Length));
            Assert.True(cursor.Span.IsEmpty);
            Assert.False(cursor.Contains(0));
            Assert.False(cursor.Contains(-1));
        }

        AssertShowsNothing();
        Assert.Empty(file.Windows);
        Assert.True(cursor.MoveTo(Step + 8, 100));
        Assert.True(cursor.IsValid);
        cursor.Release();
        cursor.Release();
        AssertShowsNothing();
        Assert.Equal([1], file.Windows);
        Assert.Equal(0, file.Directory.At(1)!.State.References);
        Assert.True(cursor.MoveTo(0));
    }

    [Fact]
    public void UnderGuardASecondThreadInsideACursorIsRefused()
    {
        int window = LeakCheckedTest.Granule;
        using SampleFile sample = SampleFile.OfLength(4 * window);
        using var manager = new MapManager(
            new MapManagerOptions { WindowSize = window, Overlap = 0, GuardLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        var seconds = new List<Exception?>();
        using (var events = new EventLog(sample.Path))
        {
            // The first is still inside when it reports its load.
            events.Then = entry =>
            {
                if (entry.Name != "Map") return;
                TestThread.Start(() => seconds.Add(Record.Exception(() => cursor.MoveTo(0)))).Join();
                TestThread.Start(() => seconds.Add(Record.Exception(() => cursor.GetSpan(0, 1).IsEmpty))).Join();
                TestThread.Start(() => seconds.Add(Record.Exception(cursor.Release))).Join();
            };
            Assert.True(cursor.MoveTo(window));
        }

        Assert.Equal(3, seconds.Count);
        Assert.All(seconds, one => Assert.Contains(sample.Path, Assert.IsType<InvalidOperationException>(one).Message));
        SampleFile.AssertBytes(cursor.Span, window);
        // One after the other they may.
        TestThread.Start(() => Assert.True(cursor.MoveTo(2 * window))).Join();
        SampleFile.AssertBytes(cursor.Span, 2 * window);
    }

    [Fact]
    public void MovingInsideTheRegionTakesNoNewPinAndMovingOutGivesTheOldOneBack()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor();
        for (int offset = 0; offset < Step; offset += 8)
        {
            Assert.True(cursor.MoveTo(offset));
            Assert.Equal(Step - offset, cursor.Length);
        }

        Assert.Equal(1, file.Directory.At(0)!.State.References);
        Assert.True(cursor.MoveTo(Step));
        Assert.Equal(0, file.Directory.At(0)!.State.References);
        Assert.Equal(1, file.Directory.At(1)!.State.References);
        Assert.False(cursor.MoveTo(4 * Step));
        Assert.False(cursor.IsValid);
        Assert.Equal(0, file.Directory.At(1)!.State.References);
    }

    [Fact]
    public void GetSpanGivesExactlyWhatIsAskedForAndMovesOnlyOutOfItsWindow()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 8, overlap: 512);
        using WindowCursor cursor = file.File.CreateCursor();
        foreach (int offset in (int[])[0, 8, Step - 8, Step + 504, 3 * Step, 2 * Step + 8, 0, 8 * Step - 8])
        {
            foreach (int length in (int[])[8, 512, Step + 512, 2 * Step])
            {
                if (offset + length > 8 * Step) continue;
                ReadOnlySpan<byte> span = cursor.GetSpan(offset, length);
                Assert.Equal(length, span.Length);
                file.Backing.Check(span, offset);
            }
        }

        Assert.True(cursor.MoveTo(Step + 16, 100));
        cursor.GetSpan(Step, Step + 512);
        Assert.Equal((Step + 16L, 100), (cursor.Offset, cursor.Length));
        Assert.True(cursor.GetSpan(Step, 0).IsEmpty);
        cursor.GetSpan(4 * Step, 8);
        Assert.Equal((4L * Step, 8), (cursor.Offset, cursor.Length));
        Assert.Equal(0, file.Directory.At(1)!.State.References);
        cursor.Release();
        Assert.True(cursor.GetSpan(0, 0).IsEmpty);
        Assert.False(cursor.IsValid);
    }

    [Fact]
    public void GetSpanOutsideTheFileThrowsAndKeepsWhatIsShown()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4, overlap: 512);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.MoveTo(8, 8));
        foreach ((long offset, int length) in ((long, int)[])[(-1, 8), (-8, 16), (0, -1), (8, int.MinValue),
            (4 * Step, 1), (long.MaxValue, 1), (4 * Step - 4, 8)])
            Assert.Throws<ArgumentOutOfRangeException>(() => { cursor.GetSpan(offset, length); });
        Assert.Equal((8L, 8), (cursor.Offset, cursor.Length));
        Assert.True(cursor.GetSpan(4 * Step, 0).IsEmpty);
        cursor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { cursor.GetSpan(0, 0); });
        Assert.Throws<ObjectDisposedException>(() => { cursor.GetSpan(8, 8); });
    }

    [Fact]
    public void ARangeThatNoWindowHoldsIsTheCursorsAloneAndMovesGoOnFromIt()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 8, overlap: 512);
        using WindowCursor cursor = file.File.CreateCursor();
        file.Backing.Check(cursor.GetSpan(Step - 8, 2 * Step), Step - 8);
        Assert.Equal([0], file.Windows);
        Assert.Equal(Step - 8, cursor.WindowOffset);
        // Inside of it a move gives at least the overlap, as anywhere.
        for (int offset = Step; offset < 3 * Step - 8; offset += 504)
        {
            Assert.True(cursor.MoveTo(offset));
            Assert.True(cursor.Length >= 512);
            file.Backing.Check(cursor.Span[..512], offset);
        }

        cursor.Release();
        manager.Trim();
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void WindowSpanIsTheWholeWindowWhereverTheCursorStandsInIt()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4, overlap: 1024);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.WindowSpan.IsEmpty);
        Assert.True(cursor.MoveTo(Step + 800, 8));
        Assert.Equal(Step, cursor.WindowOffset);
        Assert.Equal(Step + 1024, cursor.WindowSpan.Length);
        file.Backing.Check(cursor.WindowSpan, Step);
        cursor.Release();
        Assert.Equal(0, cursor.WindowOffset);
        Assert.True(cursor.WindowSpan.IsEmpty);
    }

    [Fact]
    public void GetSpanSeesARefreshAndUnderVerifyEachTruncation()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using MappedFile verified =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map, Verify = true });
        using WindowCursor cursor = file.CreateCursor(), careful = verified.CreateCursor();
        SampleFile.AssertBytes(cursor.GetSpan(90_000, 100), 90_000);
        SampleFile.AssertBytes(careful.GetSpan(90_000, 100), 90_000);
        sample.TruncateTo(50_000);
        Assert.Throws<FileChangedException>(() => { careful.GetSpan(90_000, 100); });
        Assert.False(careful.IsValid);
        file.Refresh();
        Assert.Throws<ArgumentOutOfRangeException>(() => { cursor.GetSpan(90_000, 100); });
        SampleFile.AssertBytes(cursor.GetSpan(49_000, 1000), 49_000);
    }

    [Fact]
    public void AfterASpanThatIsGoneInPartTheCursorShowsNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        using WindowCursor cursor = file.CreateCursor();
        sample.TruncateTo(50_000);
        var thrown = Assert.Throws<FileChangedException>(() => { cursor.GetSpan(49_000, 2000); });
        Assert.Equal(new FileRange(49_000, 2000), thrown.Range);
        Assert.False(cursor.IsValid);
        Assert.True(cursor.WindowSpan.IsEmpty);
        SampleFile.AssertBytes(cursor.GetSpan(49_000, 1000), 49_000);
    }

    [Fact]
    public void InTheOverlapTheRegionAtHandServesWhatItHoldsWhole()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4, overlap: 1024);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.MoveTo(0));
        Assert.Equal(Step + 1024, cursor.Length);
        Assert.True(cursor.MoveTo(Step + 8, 1016));
        Assert.Equal([0], file.Windows);
        file.Backing.Check(cursor.Span, Step + 8);
        Assert.True(cursor.MoveTo(Step + 8, 1024));
        Assert.Equal(1024, cursor.Length);
        Assert.Equal([0, 1], file.Windows);
    }

    [Fact]
    public void ACloneShowsTheSameWithAPinOfItsOwn()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        WindowCursor cursor = file.File.CreateCursor();
        using (WindowCursor empty = cursor.Clone()) Assert.False(empty.IsValid);
        cursor.MoveTo(Step + 16, 104);
        using WindowCursor clone = cursor.Clone();
        Assert.Equal(2, file.Directory.At(1)!.State.References);
        cursor.Dispose();
        Assert.Equal((Step + 16L, 104), (clone.Offset, clone.Length));
        file.Backing.Check(clone.Span, Step + 16);
        manager.Trim();
        Assert.Equal([1], file.Windows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACursorOfAClosedFileOrManagerShowsItsBytesButCannotBeCloned(bool closeManager)
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor(), idle = file.File.CreateCursor();
        cursor.MoveTo(Step + 16, 104);
        if (closeManager) manager.Dispose();
        else file.Close();

        Assert.Throws<ObjectDisposedException>(() => cursor.Clone());
        using (WindowCursor clone = idle.Clone()) Assert.False(clone.IsValid);
        file.Backing.Check(cursor.Span, Step + 16);
        // The refused clone has left no pin behind.
        Assert.Equal(
            1, manager.GetStatistics().LiveHeapLeases + (closeManager ? file.Directory.At(1)!.State.References : 0));
    }

    [Fact]
    public void ACursorSeesWhatTheFileHasGrownByOnceTheFileIsRefreshed()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        file.ResizeTo(Step + 800);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.MoveTo(Step));
        Assert.Equal(800, cursor.Length);
        file.ResizeTo(Step + 1600);
        Assert.Equal(800, cursor.Length);
        Assert.True(cursor.MoveTo(Step));
        Assert.Equal(1600, cursor.Length);
        file.Backing.Check(cursor.Span, Step);
        Assert.Equal([1], file.Windows);
    }

    [Fact]
    public void AMoveThatFailsLeavesTheCursorInvalidAndUsable()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.MoveTo(0));
        file.Backing.FailLoad(1, () => new IOException("planned", 5));
        Assert.Throws<IOException>(() => cursor.MoveTo(Step));
        Assert.False(cursor.IsValid);
        Assert.True(cursor.Span.IsEmpty);
        Assert.True(cursor.MoveTo(Step));
        file.Backing.Check(cursor.Span, Step);
    }

    [Fact]
    public void ACursorStaysOnItsBytesWhenItsFileIsClosedAndCannotLeaveThem()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor();
        Assert.True(cursor.MoveTo(Step));
        file.Close();
        Assert.True(cursor.MoveTo(Step + 80));
        file.Backing.Check(cursor.Span, Step + 80);
        Assert.Throws<ObjectDisposedException>(() => cursor.MoveTo(0));
        Assert.Empty(file.Windows);
    }
}
