using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Only hits, on one window that one thread evicts all the time: store buffering, as in the litmus
/// test. A reader's store into its slot becomes visible late, and its look at the region is done at once. Only the
/// sweeper's barrier orders the two. The sweeper itself takes no leases and owns no block.
/// </summary>
/// <remarks>
/// A processor's stores become visible in their order. So a reader first stores to many places far apart, and each has
/// to be fetched. The slot waits behind them long enough for a sweep.
/// </remarks>
internal sealed class TrimStress : Stress
{
    private const int FarStores = 32;
    private const int FarBytes = 1 << 26;

    /// <summary>More than the caches hold, and touched once, so that a store to it is slow but no page fault.</summary>
    private static readonly byte[] s_far = Touched();

    private readonly MapManager _manager = new();
    private readonly StampedFile _file;

    public TrimStress(StressPlan plan)
        : base(plan)
    {
        _file = new StampedFile(_manager, windows: 1, keepsEvents: false, step: 512);
    }

    /// <summary>A thread for each processor, so that they really run at one time.</summary>
    protected override int Threads => Math.Clamp(Environment.ProcessorCount, 2, Plan.Threads);

    protected override void Turn(int thread, Random random)
    {
        if (thread == 0)
        {
            for (int i = 0; i < 100; i++)
            {
                _manager.Trim();
                Thread.SpinWait(random.Next(100));
            }
        }
        else
        {
            var places = (uint)random.Next();
            for (int i = 0; i < 100; i++)
            {
                for (int store = 0; store < FarStores; store++)
                {
                    places = places * 1_664_525 + 1_013_904_223;
                    s_far[places & (FarBytes - 1)] = (byte)i;
                }

                using SpanLease lease = _file.File.LeaseSpan(0, 512);
                uint load = _file.Backing.Check(lease.Span, 0);
                // Half of the leases outlast a sweeper's barrier, also one that has to fetch a sleeping processor.
                if (random.Next(2) == 0) Thread.SpinWait(200 + random.Next(600));
                Require(load == _file.Backing.Check(lease.Span, 0), "A lease showed two loads.");
            }
        }
    }

    protected override void Verify()
    {
        _manager.Trim();
        Require(_file.Backing.LiveLoads == 0, "After a trim the window is in memory, and nothing is leased.");
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }

    private static byte[] Touched()
    {
        byte[] far = GC.AllocateUninitializedArray<byte>(FarBytes);
        far.AsSpan().Fill(1);
        return far;
    }
}
