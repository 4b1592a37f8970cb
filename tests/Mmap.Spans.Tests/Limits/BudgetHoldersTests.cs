using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>The refusal under <see cref="OverBudget.Fail"/> names what holds the budget, and how to find it.</summary>
public sealed class BudgetHoldersTests
{
    private const int Window = 64 << 10;

    private const string Heap = "By heap leases, cursors, buffers, streams and readers: ";
    private const string Track = "MapManagerOptions.TrackLeases tells where they were taken.";
    private const string Guard = "MapManagerOptions.GuardLeases with TrackLeases tells where they were taken.";

    private static readonly MapManagerOptions s_options = new()
    {
        WindowSize = Window,
        Overlap = 0,
        MaxMappedBytes = 3 * Window,
        OverBudget = OverBudget.Fail,
    };

    private static readonly MappedFileOptions s_mapped = new() { Backing = Backing.Map };

    [Fact]
    public void HeapLeasesAndSpanLeasesThatHoldAllTogetherAreBothNamed()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using MemoryLease first = file.LeaseMemory(0, 8), again = file.LeaseMemory(16, 8);
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(Window);
        using SpanLease span = file.LeaseSpan(2 * Window, 8), other = file.LeaseSpan(2 * Window + 8, 8);

        Assert.Equal(
            $"There is no room under MaxMappedBytes for bytes [196608, 262144) of '{file.Path}' (65536 bytes): "
            + $"live leases hold 196608 of 196608 mapped bytes in 3 of {manager.Options.MaxRegions} regions. "
            + $"Most is held by '{file.Path}': 196608 bytes in 3 regions. "
            + $"{Heap}3 references on 2 regions; {Track} "
            + $"By span leases: 2 leases on 1 region; end them with 'using'. {Guard}",
            Refusal(file, 3 * Window));
    }

    [Fact]
    public void AKindThatHoldsNothingIsNotNamed()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using (MemoryLease first = file.LeaseMemory(0, 8), second = file.LeaseMemory(Window, 8),
            third = file.LeaseMemory(2 * Window, 8))
            Assert.EndsWith($" regions. {Heap}3 references on 3 regions; {Track}", Refusal(file, 3 * Window));

        using (SpanLease first = file.LeaseSpan(0, 8), second = file.LeaseSpan(Window, 8),
            third = file.LeaseSpan(2 * Window, 8))
            Assert.EndsWith(
                $"Most is held by '{file.Path}': 196608 bytes in 3 regions. By span leases: 3 leases on 3 regions; "
                + $"end them with 'using'. {Guard}",
                Refusal(file, 3 * Window));
    }

    [Fact]
    public void WhoTracksLeasesIsSentToTheDump()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options with { MaxMappedBytes = Window, TrackLeases = true });
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using MemoryLease lease = file.LeaseMemory(0, 8);
        Assert.EndsWith(
            $"{Heap}1 reference on 1 region; MapManager.Dump() tells where they were taken.",
            Refusal(file, Window));
        Assert.Contains(nameof(WhoTracksLeasesIsSentToTheDump), manager.Dump());
    }

    /// <summary>The advice for span leases is right: under guard they are tracked, and in the dump.</summary>
    [Fact]
    public void UnderGuardTrackedSpanLeasesAreInTheDump()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(
            s_options with { MaxMappedBytes = Window, TrackLeases = true, GuardLeases = true });
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using SpanLease lease = file.LeaseSpan(0, Window);
        Assert.EndsWith(
            $"{Heap}1 reference on 1 region; MapManager.Dump() tells where they were taken.",
            Refusal(file, Window));
        Assert.Contains("span lease of bytes [0, 65536)", manager.Dump());
        Assert.Contains(nameof(UnderGuardTrackedSpanLeasesAreInTheDump), manager.Dump());
    }

    /// <summary>Copies have a budget of their own, so their holders are no reason to refuse a mapping.</summary>
    [Fact]
    public void OnlyTheKindThatIsFullIsDescribed()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window), other = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options with { MaxMappedBytes = Window, MaxCopiedBytes = 4 * Window });
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using MappedFile copied = manager.Open(other.Path, new MappedFileOptions { Backing = Backing.Copy });
        using MemoryLease copy = copied.LeaseMemory(0, 8), second = copied.LeaseMemory(Window, 8);
        using SpanLease lease = file.LeaseSpan(0, 8);
        string refusal = Refusal(file, Window);
        Assert.DoesNotContain(other.Path, refusal);
        Assert.DoesNotContain(Heap, refusal);
        Assert.Contains("By span leases: 1 lease on 1 region;", refusal);
    }

    /// <summary>The maximum of regions is one for both kinds.</summary>
    [Fact]
    public void BothKindsAreDescribedWhenTheRegionsAreFull()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window), other = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options with { MaxRegions = 2 });
        using MappedFile file = manager.Open(sample.Path, s_mapped);
        using MappedFile copied = manager.Open(other.Path, new MappedFileOptions { Backing = Backing.Copy });
        using MemoryLease copy = copied.LeaseMemory(0, 8);
        using SpanLease lease = file.LeaseSpan(0, 8);
        Assert.EndsWith(
            $"{Heap}1 reference on 1 region; {Track} "
            + $"By span leases: 1 lease on 1 region; end them with 'using'. {Guard}",
            Refusal(file, Window));
    }

    private static string Refusal(MappedFile file, long offset) =>
        Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(offset, 8)).Message;
}
