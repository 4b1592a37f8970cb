using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Stress;

/// <summary>Every kind of lease of a real file through real mappings, by a shared opener and by openers of the turn's
/// own. A lease on an unmapped region ends the process.</summary>
internal sealed class MappedStress : Stress
{
    private readonly MapManager _manager;
    private readonly Backing _backing;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mmap-spans-{Guid.NewGuid():N}.bin");
    private readonly byte[] _expected;
    private readonly MappedFile _shared;
    private readonly LeaseMix _onShared, _onOwn;

    /// <param name="plan">The plan.</param>
    /// <param name="backing">Under <see cref="Backing.Auto"/> short leases are read where the budget is full.</param>
    public MappedStress(StressPlan plan, Backing backing)
        : base(plan)
    {
        _backing = backing;
        int window = SystemLimits.AllocationGranularity;
        // Every other plan has so many windows that victims wait in the limbo, without their pages, and are rescued.
        int budget = plan.Seed % 2 == 0 ? plan.Budget : 128 * plan.Budget;
        int windows = plan.Seed % 2 == 0 ? plan.Windows : budget + 8 * plan.Windows;
        _expected = new byte[windows * window];
        new Random(plan.Seed).NextBytes(_expected);
        System.IO.File.WriteAllBytes(_path, _expected);
        _manager = new MapManager(new MapManagerOptions
        {
            WindowSize = window,
            Overlap = plan.Overlap,
            MaxMappedBytes = budget * (long)(window + plan.Overlap),
        });
        _shared = Open();
        _onShared = new LeaseMix(() => _shared, _ => { }, Check, plan.Pause);
        _onOwn = new LeaseMix(Open, file => file.Dispose(), Check, plan.Pause);
    }

    protected override void Turn(int thread, Random random) => (random.Next(8) == 0 ? _onOwn : _onShared).Turn(random);

    protected override void Verify()
    {
        _onShared.EndAll();
        _onOwn.EndAll();
        long charged = _manager.Table.Budget.Bytes;
        Require(charged <= _manager.Table.Budget.Mapped.Max,
            $"At rest {charged} bytes are charged, over the budget of {_manager.Table.Budget.Mapped.Max}.");
        _shared.Dispose();
        MapStatistics left = _manager.GetStatistics();
        Require(
            left is { MappedBytes: 0, CopiedBytes: 0, Regions: 0, OpenFiles: 0, OpenHandles: 0, LiveHeapLeases: 0 },
            $"All is closed, and this is held: {left}");
        if (OperatingSystem.IsLinux())
            Require(!System.IO.File.ReadLines("/proc/self/maps")
                .Any(line => line.Contains(_path, StringComparison.Ordinal)), "All is closed, and the file is mapped.");
    }

    public override void Dispose()
    {
        _manager.Dispose();
        System.IO.File.Delete(_path);
    }

    private MappedFile Open() => _manager.Open(_path, new() { Backing = _backing });

    private uint Check(ReadOnlySpan<byte> bytes, long offset) =>
        bytes.SequenceEqual(_expected.AsSpan((int)offset, bytes.Length))
            ? 0u : throw new InvalidOperationException($"Wrong bytes at {offset}.");
}
