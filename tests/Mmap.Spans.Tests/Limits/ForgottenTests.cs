using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Undisposed files and streams end when they are collected; objects that hand out spans do not.</summary>
public sealed class ForgottenTests
{
    private const int Length = 300_000;

    [Fact]
    public void FilesThatAreForgottenAndDeletedLeaveNoHandleAndNoSpace()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles are counted in /proc.");
        const int Files = 50;
        using var folder = new TemporaryFolder();
        string own = folder["forgotten"];
        Directory.CreateDirectory(own);

        Dictionary<string, long> seen = ChildProcess.Run("", "forget-files", own, $"{Files}");

        Assert.Equal(Files, seen["before"]);
        Assert.Equal((0, 0), (seen["handles"], seen["mappings"]));
        Assert.Equal((0, 0, 0), (seen["files"], seen["regions"], seen["references"]));
    }

    [Fact]
    public void ALeaseOfAForgottenFileStaysGood()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096 });
        using MemoryLease lease = LeaseAndForget(manager, sample.Path);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.True(SpinWait.SpinUntil(() => manager.GetStatistics().OpenFiles == 0, TimeSpan.FromMinutes(1)));
        SampleFile.AssertBytes(lease.Span, 100_000);
        Assert.Equal(1, manager.GetStatistics().Regions);
        lease.Dispose();
        AtRest.AssertNothingHeldInTheEnd(manager);
    }

    // Code that is compiled quickly keeps everything alive to the end of a method; optimized code does not.
    [Theory]
    [InlineData("")]
    [InlineData("export DOTNET_TieredCompilation=0")]
    public void AFileStaysUntilItsLastCallIsThrough(string compiler)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        Dictionary<string, long> seen = ChildProcess.Run(compiler, "use-last", sample.Path);
        Assert.True(seen["calls"] > 15);
        Assert.True(seen["reads"] > 5, "Leases in the full table were read.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MemoryLease LeaseAndForget(MapManager manager, string path)
    {
#pragma warning disable MMS001 // Forgotten on purpose.
        MappedFile file = manager.Open(path);
#pragma warning restore MMS001
        return file.LeaseMemory(100_000, 1000);
    }
}
