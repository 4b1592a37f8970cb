using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>One file under very many names, as stores of content have it.</summary>
/// <remarks>Alone in the process: its managed memory is measured.</remarks>
[Collection(Alone.Name)]
public sealed class ManyNamesTests : IDisposable
{
    private const int Names = 2000;

    private readonly TemporaryFolder _folder;
    private readonly SampleFile _sample;

    public ManyNamesTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        _folder = new TemporaryFolder();
        _sample = SampleFile.OfLength(1000);
        for (int i = 0; i < Names; i++) File.CreateSymbolicLink(Name(i), _sample.Path);
    }

    public void Dispose()
    {
        _sample.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheLastNameCostsWhatTheFirstDid()
    {
        using var manager = new MapManager();
        using MappedFile held = manager.Open(_sample.Path);
        var open = new List<MappedFile>(Names);
        long first = 0, last = 0;
        for (int i = 0; i < Names; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            open.Add(manager.Open(Name(i)));
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            // The least of some: a table that grows costs one of them more.
            if (i is >= 100 and < 120) first = first == 0 ? bytes : Math.Min(first, bytes);
            if (i >= Names - 20) last = last == 0 ? bytes : Math.Min(last, bytes);
        }

        Assert.True(last <= first + 200, $"The hundredth name allocates {first} bytes, one of the last {last}.");
        Assert.Equal(1, manager.GetStatistics().OpenFiles);
        foreach (MappedFile file in open) file.Dispose();
    }

    [Fact]
    public void NothingOfAClosedNameStays()
    {
        AssertNothingStays(manager => OpenAndClose(manager, 0, Names));
        using var manager = new MapManager();
        using MappedFile held = manager.Open(_sample.Path);
        OpenAndClose(manager, 0, 10);
        Assert.Equal(0, manager.Release(Name(5)).HandlesClosed);
        Assert.Equal(1, manager.Release(_sample.Path).HandlesClosed);
    }

    [Fact]
    public void NothingOfManyNamesAtOnceStaysEither() => AssertNothingStays(OpenAllAndClose);

    [Fact]
    public void ANameServesAsLongAsOneOfItsOpenersIsThere()
    {
        using var manager = new MapManager();
        using MappedFile held = manager.Open(_sample.Path), first = manager.Open(Name(1));
        manager.Open(Name(1)).Dispose();
        Assert.Equal(1, manager.Release(Name(1)).HandlesClosed);
    }

    /// <summary>
    /// Fails if managed memory stays of names that were closed while another opener holds the file. The least of some
    /// turns counts, each on a manager of its own: a leak shows in every turn, and what else the process does in some.
    /// </summary>
    private void AssertNothingStays(Action<MapManager> openAndClose)
    {
        long kept = Enumerable.Range(0, 5).Min(_ =>
        {
            using var manager = new MapManager();
            using MappedFile held = manager.Open(_sample.Path);
            OpenAndClose(manager, 0, 100);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            openAndClose(manager);
            return GC.GetTotalMemory(forceFullCollection: true) - before;
        });
        Assert.True(kept < Names * 20, $"{kept} bytes stay of {Names} names that were closed.");
    }

    // A method of its own, so that its locals are dead after its return.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OpenAllAndClose(MapManager manager)
    {
        var open = new List<MappedFile>(Names);
        for (int i = 0; i < Names; i++) open.Add(manager.Open(Name(i)));
        foreach (MappedFile file in open) file.Dispose();
    }

    private string Name(int number) => _folder[$"{number}"];

    private void OpenAndClose(MapManager manager, int from, int to)
    {
        for (int i = from; i < to; i++) manager.Open(Name(i)).Dispose();
    }
}
