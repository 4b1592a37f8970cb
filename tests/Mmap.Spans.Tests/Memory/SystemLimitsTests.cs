using Mmap.Spans.Memory;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

public class SystemLimitsTests
{
    [Fact]
    public void TheDefaultsStayFarBelowWhatTheSystemAllows()
    {
        var options = new MapManagerOptions();
        Assert.InRange(options.MaxRegions, 1, SystemLimits.MaxMappings / 4);
        Assert.InRange(options.MaxOpenHandles, 1, Math.Max(SystemLimits.MaxHandles / 4, 1));
        Assert.True(SystemLimits.AllocationGranularity >= 4096 && int.IsPow2(SystemLimits.AllocationGranularity));
        Assert.Equal(0, SystemLimits.AllocationGranularity % Environment.SystemPageSize);
        if (OperatingSystem.IsWindows()) Assert.Equal(64 << 10, SystemLimits.AllocationGranularity);
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(24, true)]
    [InlineData(23, true)]
    [InlineData(2, false)]
    [InlineData(13, false)]
    [InlineData(19, false)]
    [InlineData(5, false)]
    public void OnlyALackOfWhatCanBeGivenBackIsWorthDroppingRegionsFor(int errno, bool exhausted)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "These are the numbers of Unix.");
        Assert.Equal(exhausted, SystemLimits.IsExhausted(new IOException("a refusal", errno)));
        Assert.False(SystemLimits.IsExhausted(new UnauthorizedAccessException()));
        Assert.True(SystemLimits.IsExhausted(new InsufficientMemoryException()));
    }

    [Fact]
    public void TheLimitsAreNamedAsAnAdministratorKnowsThem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other limits.");
        foreach (string name in (string[])["ulimit -v", "ulimit -n", "vm.max_map_count"])
            Assert.Contains(name, SystemLimits.Describe());
    }
}
