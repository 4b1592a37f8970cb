using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>The mappings of a process are counted, in a process that has no others.</summary>
public class NativeRegionsTests
{
    [Fact]
    public void WhatWasRefusedOrHasEndedCountsNoMore()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A file that the system does not map is had from Linux.");
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "count-mappings", folder["file"]);
        Assert.Equal(0, numbers["after-refusals"]);
        Assert.Equal(20, numbers["guarded"]);
        Assert.Equal(0, numbers["after-guard"]);
        Assert.Equal(0, numbers["after-all"]);
    }
}
