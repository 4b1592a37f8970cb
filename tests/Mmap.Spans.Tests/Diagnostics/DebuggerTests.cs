using System.Diagnostics;
using System.Reflection;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>The debugger's view of the public types, in each of their states.</summary>
public sealed class DebuggerTests : LeakCheckedTest
{
    private const string Property = "DebuggerText";

    private delegate string SpanText(ref SpanLease lease);

    public static TheoryData<Type> TypesWithState =>
    [
        .. typeof(MapManager).Assembly.GetExportedTypes()
            .Where(type => type is { IsEnum: false, IsInterface: false } && !(type.IsAbstract && type.IsSealed)
                && !type.IsSubclassOf(typeof(Exception))),
    ];

    [Theory]
    [MemberData(nameof(TypesWithState), DisableDiscoveryEnumeration = true)]
    public void EveryPublicTypeWithStateHasADisplay(Type type)
    {
        DebuggerDisplayAttribute? display = type.GetCustomAttribute<DebuggerDisplayAttribute>();
        Assert.True(display?.Value == $"{{{Property},nq}}", $"{type} shows {display?.Value ?? "nothing"}.");
        Assert.NotNull(TextOf(type));
    }

    [Fact]
    public void DisplaysAndProxiesCanBeEvaluatedAtAnyTime()
    {
        MapManager manager =
            ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = 256, TrackLeases = true });
        MappedFile file = OpenSample(manager, 4 * Granule, out SampleFile sample);
        WindowCursor cursor = file.CreateCursor();
        MemoryLease memory = file.LeaseMemory(10, 20);
        SequenceLease sequence = file.LeaseSequence(Granule, 2 * Granule);
        MappedBuffer buffer = file.CreateBuffer(5, 50);
        object[] all =
        [
            manager, file, cursor, memory, sequence, buffer, manager.Options, MappedFileOptions.Default,
                MappedPipeReaderOptions.Default,
            manager.GetStatistics(), manager.Release(sample.Path), new HeldFile("a", 1), new FileRange(1, 2),
                file.LeaseSequence(0, 0), new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile },
        ];
        Assert.Superset(all.Select(one => one.GetType()).Append(typeof(SpanLease)).ToHashSet(),
            TypesWithState.Select(row => row.Data).ToHashSet());

        Dictionary<object, string> live = Evaluate(all);
        Assert.Equal($"'{sample.Path}', {4 * Granule} bytes", live[file]);
        Assert.Equal($"bytes [10, 30) of '{sample.Path}'", live[memory]);
        Assert.Equal($"not valid of '{sample.Path}'", live[cursor]);
        cursor.MoveTo(7, 8);
        Assert.Equal($"bytes [7, 15) of '{sample.Path}'", Evaluate([cursor])[cursor]);

        foreach (IDisposable disposable in (IDisposable[])[cursor, memory, sequence, buffer, file, manager])
            disposable.Dispose();
        Dictionary<object, string> ended = Evaluate(all);
        Assert.EndsWith(", disposed", ended[manager]);
        Assert.EndsWith(", disposed", ended[file]);
        Assert.EndsWith(", disposed", ended[buffer]);
        Assert.EndsWith(", ended", ended[memory]);
        Assert.EndsWith(", ended", ended[sequence]);
        Assert.StartsWith("disposed", ended[cursor]);
    }

    [Fact]
    public void AFileShowsItsOwnRegionsAlone()
    {
        // Nothing is read across the edge: both are mapped.
        MapManager manager = ManagerOf(
            new MapManagerOptions { WindowSize = Granule, Overlap = 0, CopyWhenFull = false });
        MappedFile one = OpenSample(manager, 4 * Granule, out _), other = OpenSample(manager, 4 * Granule, out _);
        // An exact region is in no directory.
        using MemoryLease shared = one.LeaseMemory(0, 10), exact = one.LeaseMemory(10, Granule),
            others = other.LeaseMemory(10, Granule);
        Assert.Equal([(0, Granule), (10, Granule)],
            new MappedFileView(one.Directory).Regions.Select(region => (region.Start, region.Length)));
        Assert.Equal([(10, Granule)],
            new MappedFileView(other.Directory).Regions.Select(region => (region.Start, region.Length)));
    }

    [Fact]
    public void ASpanLeaseShowsItsRegionUntilItEnds()
    {
        MappedFile file = OpenSample(4 * Granule);
        var text = TextOf(typeof(SpanLease)).GetMethod!.CreateDelegate<SpanText>();
        SpanLease lease = file.LeaseSpan(10, 20);
        Assert.Equal($"20 bytes in the region [0, {Granule + 256}) of '{file.Path}'", text(ref lease));
        lease.Dispose();
        Assert.Equal("ended", text(ref lease));
        SpanLease never = default;
        Assert.Equal("ended", text(ref never));
    }

    [Fact]
    public void AManagerAndAFileUnfoldIntoWhatTheyHold()
    {
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = 0, TrackLeases = true });
        MappedFile file = OpenSample(manager, 4 * Granule, out _);
        using MemoryLease lease = file.LeaseMemory(Granule, 8);
        Assert.Single((Array)Unfold(manager)["Files"]!);
        // The file and the lease.
        Assert.Equal(2, ((Array)Unfold(manager)["Leases"]!).Length);
        Assert.StartsWith($"region ", Assert.Single(((Array)Unfold(file)["Regions"]!).Cast<object>()).ToString());
        file.Dispose();
        manager.Dispose();
        // The file is closed, but its region is held and shown.
        Assert.Empty((Array)Unfold(manager)["Files"]!);
        Assert.Single((Array)Unfold(file)["Regions"]!);
    }

    private static PropertyInfo TextOf(Type type) =>
        type.GetProperty(Property, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new InvalidOperationException($"{type} has no {Property}.");

    private static Dictionary<object, string> Evaluate(object[] all)
    {
        foreach (object one in all) Unfold(one);
        return all.ToDictionary(one => one, one =>
            (string)TextOf(one.GetType()).GetValue(one)!, ReferenceEqualityComparer.Instance);
    }

    /// <summary>The properties of an object's proxy, if it has one.</summary>
    private static Dictionary<string, object?> Unfold(object one)
    {
        if (one.GetType().GetCustomAttribute<DebuggerTypeProxyAttribute>() is not { } attribute) return [];
        object proxy = Activator.CreateInstance(Type.GetType(attribute.ProxyTypeName, throwOnError: true)!, one)!;
        return proxy.GetType().GetProperties()
            .ToDictionary(property => property.Name, property => property.GetValue(proxy));
    }
}
