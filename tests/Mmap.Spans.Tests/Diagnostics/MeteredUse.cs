using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>Two managers to which everything happens that the meter counts, and that hold something of
/// everything.</summary>
internal sealed class MeteredUse : IDisposable
{
    private readonly SampleFile _sample = SampleFile.OfLength(4 * LeakCheckedTest.Granule);
    private readonly List<IDisposable> _held = [];

    public MeteredUse()
    {
        MappedFile small = Open(new MapManagerOptions
        {
            WindowSize = LeakCheckedTest.Granule,
            Overlap = 0,
            MaxMappedBytes = LeakCheckedTest.Granule,
        });
        small.LeaseSpan(0, 8).Dispose();
        // The first of these evicts the region before, the second exceeds the budget.
        Hold(small.LeaseMemory(LeakCheckedTest.Granule, 8));
        Hold(small.LeaseMemory(2 * LeakCheckedTest.Granule, 8));

        MappedFile refused = Open(new MapManagerOptions { WindowSize = LeakCheckedTest.Granule, Overlap = 0 });
        var backing = (Reluctant)refused.Directory.Backing;
        refused.LeaseSpan(0, 8).Dispose();
        // An idle region is dropped for it: a retry. Then none is left to drop: a copy.
        backing.RefuseOnce = true;
        refused.LeaseSpan(LeakCheckedTest.Granule, 8).Dispose();
        refused.Manager.Trim();
        backing.RefuseOnce = true;
        Hold(refused.LeaseMemory(0, 8));

        // A full table: the third lease in a row near the last is mapped, the two before it are read.
        int step = LeakCheckedTest.Granule;
        var full = new MapManager(new MapManagerOptions { WindowSize = step, Overlap = 0, MaxMappedBytes = step });
        Hold(full);
        MappedFile copied = full.Open(_sample.Path);
        Hold(copied);
        copied.LeaseSpan(0, 8).Dispose();
        for (int turn = 0; turn < 3; turn++) copied.LeaseSpan(2 * LeakCheckedTest.Granule + turn, 8).Dispose();
    }

    /// <summary>The least value of each instrument: other tests add more at the same time.</summary>
    public static Dictionary<string, long> Least { get; } = new()
    {
        ["mmap_spans.memory.mapped"] = 2 * LeakCheckedTest.Granule,
        ["mmap_spans.memory.copied"] = LeakCheckedTest.Granule,
        ["mmap_spans.regions"] = 3,
        ["mmap_spans.regions.over_budget"] = 1,
        ["mmap_spans.leases"] = 3,
        ["mmap_spans.files"] = 2,
        ["mmap_spans.handles"] = 2,
        ["mmap_spans.maps"] = 6,
        ["mmap_spans.misses"] = 6,
        ["mmap_spans.evictions"] = 1,
        ["mmap_spans.map.retries"] = 1,
        ["mmap_spans.copy.fallbacks"] = 1,
        ["mmap_spans.copies"] = 2,
        ["mmap_spans.admissions"] = 1,
    };

    public void Dispose()
    {
        for (int i = _held.Count - 1; i >= 0; i--) _held[i].Dispose();
        _sample.Dispose();
    }

    private MappedFile Open(MapManagerOptions options)
    {
        var manager = new MapManager(options) { WrapBacking = real => new Reluctant(real) };
        Hold(manager);
        MappedFile file = manager.Open(_sample.Path);
        Hold(file);
        return file;
    }

    private void Hold(IDisposable held) => _held.Add(held);

    /// <summary>A backing to which the system refuses a load on request.</summary>
    private sealed class Reluctant(IBacking real) : IBacking
    {
        public bool RefuseOnce { get; set; }

        public IBacking? Fallback => real.Fallback;

        public long Length => real.Length;

        public long ChargeFor(long offset, int length) => real.ChargeFor(offset, length);

        public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

        public bool TryReadAhead(long offset, long length) => real.TryReadAhead(offset, length);

        public RegionMemory Load(long offset, int length)
        {
            if (!RefuseOnce) return real.Load(offset, length);
            RefuseOnce = false;
            throw Refusals.OutOfMemory();
        }

        public bool TryUnload(in RegionMemory memory) => real.TryUnload(memory);
    }
}
