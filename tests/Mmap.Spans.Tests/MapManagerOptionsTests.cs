using Mmap.Spans.Memory;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The limits of the options, and their defaults.</summary>
public class MapManagerOptionsTests
{
    private const int Window = 65536;

    public static TheoryData<string, MapManagerOptions> BadOptions() => new()
    {
        { nameof(MapManagerOptions.WindowSize), new() { WindowSize = -1 } },
        { nameof(MapManagerOptions.WindowSize), new() { WindowSize = 1024 } },
        { nameof(MapManagerOptions.WindowSize), new() { WindowSize = 3 * Window } },
        { nameof(MapManagerOptions.WindowSize), new() { WindowSize = 2L << 30 } },
        { nameof(MapManagerOptions.WindowSize), new() { WindowSize = long.MinValue } },
        { nameof(MapManagerOptions.Overlap), new() { Overlap = -1 } },
        { nameof(MapManagerOptions.Overlap), new() { WindowSize = Window, Overlap = Window + 1 } },
        { nameof(MapManagerOptions.Overlap), new() { WindowSize = 1 << 30, Overlap = 1 << 30 } },
        { nameof(MapManagerOptions.Overlap),
            new() { WindowSize = MapManagerOptions.WholeFile, Overlap = (1 << 30) + 1 } },
        { nameof(MapManagerOptions.MaxMappedBytes), new() { MaxMappedBytes = 0 } },
        { nameof(MapManagerOptions.MaxMappedBytes), new() { MaxMappedBytes = long.MinValue } },
        { nameof(MapManagerOptions.MaxMappedBytes), new() { WindowSize = 1 << 20, MaxMappedBytes = (1 << 20) - 1 } },
        { nameof(MapManagerOptions.MaxCopiedBytes), new() { MaxCopiedBytes = 0 } },
        { nameof(MapManagerOptions.MaxRegions), new() { MaxRegions = 0 } },
        { nameof(MapManagerOptions.MaxOpenHandles), new() { MaxOpenHandles = -1 } },
        { nameof(MapManagerOptions.OverBudget), new() { OverBudget = (OverBudget)2 } },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void AnOptionThatCannotBeIsNamedBeforeAnythingIsMade(string parameter, MapManagerOptions options)
    {
        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() => new MapManager(options));
        Assert.Equal(parameter, e.ParamName);
    }

    [Fact]
    public void TheDefaultsAreWithinTheLimitsOfTheSystem()
    {
        using var manager = new MapManager();
        Assert.Equal(16 << 20, manager.Options.WindowSize);
        Assert.Equal(1 << 20, manager.Options.Overlap);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (SystemLimits.AddressSpaceBytes == long.MaxValue)
            Assert.Equal(Math.Clamp(4 * available, 8L << 30, 256L << 30), manager.Options.MaxMappedBytes);
        Assert.Equal(Math.Max(available / 4, 17 << 20), manager.Options.MaxCopiedBytes);
        Assert.InRange(manager.Options.MaxRegions, 1, 16_384);
        Assert.InRange(manager.Options.MaxOpenHandles, 1, 1_024);
        Assert.Equal(OverBudget.Exceed, manager.Options.OverBudget);
    }
}
