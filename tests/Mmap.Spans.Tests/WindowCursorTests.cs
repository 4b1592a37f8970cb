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
        Assert.Equal(1, manager.GetStatistics().LiveHeapLeases + (closeManager ? file.Directory.At(1)!.State.References : 0));
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
