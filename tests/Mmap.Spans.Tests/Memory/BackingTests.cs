using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>Mappings and copies by themselves: the bytes asked for, never more than the file has, all given
/// back.</summary>
public class BackingTests
{
    private const int Length = 300_000;

    private readonly PagePool _pages = new(long.MaxValue);

    [Fact]
    public void EitherGivesTheBytesAtAnyOffsetAndTakesThemBack()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var source = new OneHandle(sample.Path);
        foreach (IBacking backing in EachOf(source))
        {
            foreach ((long offset, int length) in ((long, int)[])[(0, 1), (0, Length), (1, 4096), (4095, 2),
                (65_535, 65_537), (Length - 1, 1)])
            {
                RegionMemory memory = backing.Load(offset, length);
                Assert.Equal(length, memory.Length);
                Assert.True(backing.ChargeFor(offset, length) >= length);
                SampleFile.AssertBytes(BytesOf(memory), offset);
                Assert.True(backing.TryUnload(memory));
            }
        }

        if (OperatingSystem.IsLinux()) Assert.Equal(0, ProcessView.Mappings(sample.Path));
    }

    [Fact]
    public void ARangeThatEndsPastTheFileIsCutAndOneThatBeginsThereIsRefused()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var source = new OneHandle(sample.Path);
        foreach (IBacking backing in EachOf(source).Take(2))
        {
            RegionMemory memory = backing.Load(Length - 100, 5000);
            Assert.Equal(100, memory.Length);
            Assert.Equal(100, memory.Room);
            SampleFile.AssertBytes(BytesOf(memory), Length - 100);
            backing.TryUnload(memory);
            foreach (long offset in (long[])[Length, Length + 1, 1L << 40])
                Assert.Throws<FileChangedException>(() => backing.Load(offset, 10));
        }

        sample.TruncateTo(0);
        Assert.Throws<FileChangedException>(() => new MappedBacking(source, _pages).Load(0, 10));
        Assert.Throws<FileChangedException>(() => new CopiedBacking(source, _pages).Load(0, 10));
    }

    [Fact]
    public void EveryMappingIsCountedUntilItHasEnded()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var source = new OneHandle(sample.Path);
        var backing = new MappedBacking(source, _pages);
        // One page, again and again: mappings of neighbours that come to lie side by side are one for the system.
        List<RegionMemory> loaded = [.. Enumerable.Range(0, 50).Select(_ => backing.Load(4096, 4096))];
        // Other tests map files at the same time, so the count is at least these.
        Assert.True(NativeRegions.Mappings >= 50);
        Assert.Equal(50, ProcessView.Mappings(sample.Path));
        foreach (RegionMemory memory in loaded) Assert.True(backing.TryUnload(memory));
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
    }

    [Fact]
    public void AutoCopiesSmallFilesAndMapsTheRest()
    {
        using SampleFile small = SampleFile.OfLength(4096), large = SampleFile.OfLength(4 << 20);
        using OneHandle smallSource = new(small.Path), largeSource = new(large.Path);
        Assert.True(IsCopied(new AutoBacking(smallSource, 16 << 20, _pages), 0, 4096));
        Assert.False(IsCopied(new AutoBacking(largeSource, 16 << 20, _pages), 0, 4 << 20));
        // The short end of a large file, and a small window that the file goes on after.
        Assert.False(IsCopied(new AutoBacking(largeSource, 16 << 20, _pages), (4 << 20) - 4096, 4096));
        Assert.False(IsCopied(new AutoBacking(largeSource, 4096, _pages), 0, 4096));
    }

    [Theory]
    [InlineData("/sys/kernel/mm/transparent_hugepage/enabled")]
    [InlineData("/sys/kernel/notes")]
    public void AutoCopiesWhereMappingIsRefusedAndRemembersIt(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(path), "There is no such file here.");
        using var source = new OneHandle(path);
        RefusedHere(source);
        // Windows of one byte, so that this is no small file.
        var auto = new AutoBacking(source, 1, _pages);
        // The table charges by the backing in use: it hears of the change, and goes on with the fallback.
        Assert.False(auto.Copies(0, 2));
        Assert.Throws<MappingRefusedException>(() => auto.Load(0, 2));
        Assert.True(IsCopied(auto.Fallback!, 0, 2));
        for (int turn = 0; turn < 3; turn++)
        {
            Assert.True(auto.Copies(0, 2));
            Assert.True(IsCopied(auto, 0, 2));
        }
    }

    [Theory]
    [InlineData(AccessPattern.Normal, null)]
    [InlineData(AccessPattern.Sequential, "sr")]
    [InlineData(AccessPattern.Random, "rr")]
    public void AMappingIsToldInWhatOrderItWillBeUsed(AccessPattern access, string? flag)
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager = new MapManager();
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Access = access, Backing = Backing.Map });
        // A lease of its own begins within a page.
        using SpanLease lease = file.LeaseSpan(5_000, 10);
        string[] told = [.. ProcessView.FlagsOfMapping(sample.Path).Where(each => each is "sr" or "rr")];
        Assert.Equal(flag is null ? [] : [flag], told);
    }

    private IEnumerable<IBacking> EachOf(OneHandle source) =>
    [
        new MappedBacking(source, _pages),
        new CopiedBacking(source, _pages),
        new AutoBacking(source, int.MaxValue, _pages),
    ];

    private void RefusedHere(OneHandle source)
    {
        MappingRefusedException e =
            Assert.Throws<MappingRefusedException>(() => new MappedBacking(source, _pages).Load(0, 2));
        Assert.Contains(source.Name, e.Message);
        Assert.Contains("[0, 2)", e.Message);
        Assert.Contains("Backing.Copy", e.Message);
    }

    private static bool IsCopied(IBacking backing, long offset, int length)
    {
        RegionMemory memory = backing.Load(offset, length);
        backing.TryUnload(memory);
        return memory.IsCopy;
    }

    // SAFETY: the region is loaded and not yet unloaded.
    private static unsafe ReadOnlySpan<byte> BytesOf(in RegionMemory memory) =>
        new((void*)memory.Address, memory.Length);
}
