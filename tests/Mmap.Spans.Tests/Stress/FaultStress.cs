using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// As <see cref="LeaseStress"/>, with loads and unloads that fail by plan, and loads that stand still by plan until
/// other threads have gone on.
/// </summary>
internal sealed class FaultStress(StressPlan plan) : LeaseStress(plan)
{
    private const string Planned = "The plan says so.";

    protected override void Turn(int thread, Random random)
    {
        if (random.Next(8) == 0) File.Backing.FailLoad(random.Next(1, 4), Refusals.OutOfMemory);
        if (random.Next(8) == 0) File.Backing.FailLoad(random.Next(1, 4), () => new IOException(Planned, 5));
        if (random.Next(8) == 0) File.Backing.RefuseUnloads(random.Next(3));
        if (thread == 0)
        {
            // This thread only lets loads stand still and go on, so it never waits for one itself.
            DelayedLoad delayed = File.Backing.DelayLoad(random.Next(Plan.Windows) * (long)StressPlan.Step);
            Thread.SpinWait(2000);
            Thread.Yield();
            delayed.Proceed();
            return;
        }

        try
        {
            base.Turn(thread, random);
        }
        catch (IOException e) when (e is not FileChangedException and not MapBudgetExceededException)
        {
            // Planned.
            return;
        }
    }

    protected override void Verify()
    {
        File.Backing.RefuseUnloads(0);
        File.Backing.FailNoLoad();
        // The next sweep unloads a region whose unload failed.
        Manager.Trim();
        base.Verify();
    }
}
