using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The exceptions of the library, as users make them to test what they catch, and as the library
/// does.</summary>
public sealed class ExceptionTests
{
    private static readonly FileRange s_range = new(3, 4);

    [Fact]
    public void ToMakeOneTellsNobody()
    {
        string file = $"a file of {Guid.NewGuid()}";
        using var log = new EventLog(file);
        var inner = new IOException(file);
        Exception[] made =
        [
            new FileChangedException(), new FileChangedException(file),
            new FileChangedException(file, inner) { FileName = file, Range = s_range },
            FileChangedException.Shrunk(file, s_range, 2), FileChangedException.Deleted(file, 1),
            new MapBudgetExceededException(), new MapBudgetExceededException(file),
            new MapBudgetExceededException(file, inner) { FileName = file, Range = s_range },
            new MappingRefusedException(), new MappingRefusedException(file),
            new MappingRefusedException(file, inner) { FileName = file, Range = s_range },
            new MappingRefusedException(file, s_range, file, inner), MappingRefusedException.KernelFile(file),
        ];

        Assert.All(made, one => Assert.IsAssignableFrom<IOException>(one));
        Assert.All(made, one => Assert.EndsWith(one.Message.Contains(file) ? "" : ".", one.Message));
        Assert.Empty(log.Seen);
    }

    [Fact]
    public void ARefusalForTheBudgetNamesTheFileAndTheRange()
    {
        using SampleFile sample = SampleFile.OfLength(1_000_000);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = 64 << 10,
            Overlap = 4096,
            MaxMappedBytes = 64 << 10,
            OverBudget = OverBudget.Fail,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using MemoryLease held = file.LeaseMemory(0, 10);

        var refused = Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(2 * 64 << 10, 10));

        Assert.Equal(sample.Path, refused.FileName);
        Assert.Equal(new FileRange(2 * 64 << 10, (64 << 10) + 4096), refused.Range);
    }

    [Fact]
    public void ARefusedMappingNamesTheFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a file that the kernel makes up.");
        using var manager = new MapManager();

        var refused = Assert.Throws<MappingRefusedException>(
            () => manager.Open("/proc/self/status", new MappedFileOptions { Backing = Backing.Map }));

        Assert.Equal("/proc/self/status", refused.FileName);
        Assert.Equal(default, refused.Range);
    }
}
