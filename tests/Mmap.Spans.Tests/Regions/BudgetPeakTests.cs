using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class BudgetPeakTests
{
    private const int Window = 1 << 16;

    [Fact]
    public void ALoadThatHasRoomMadeForItIsNoPeakOverTheBudget()
    {
        using SampleFile sample = SampleFile.OfLength(8 * Window);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxMappedBytes = 2 * Window });
        using MappedFile file = manager.Open(sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at); at = cursor.End) SampleFile.AssertBytes(cursor.Span, at);

        Assert.Equal(8, manager.GetStatistics().Maps);
        Assert.Equal(2 * Window, manager.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void LeasesThatExceedTheBudgetAreAPeak()
    {
        using SampleFile sample = SampleFile.OfLength(8 * Window);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxMappedBytes = 2 * Window });
        using MappedFile file = manager.Open(sample.Path);
        using SequenceLease lease = file.LeaseSequence(0, 5 * Window);

        Assert.Equal(5 * Window, manager.GetStatistics().PeakMappedBytes);
    }
}
