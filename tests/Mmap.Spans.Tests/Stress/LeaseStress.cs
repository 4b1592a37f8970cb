using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Every kind of lease of one file under far too small a budget: every lease shows the bytes of its own load.
/// </summary>
internal class LeaseStress : Stress
{
    private readonly LeaseMix _mix;

    public LeaseStress(StressPlan plan)
        : base(plan)
    {
        Manager = new MapManager(
            new MapManagerOptions { WindowSize = StressPlan.Step, Overlap = 0, MaxMappedBytes = plan.BudgetBytes });
        File = plan.NewFile(Manager);
        _mix = new LeaseMix(() => File.File, _ => { }, File.Backing.Check, plan.Pause);
    }

    protected MapManager Manager { get; }

    protected StampedFile File { get; }

    protected override void Turn(int thread, Random random) => _mix.Turn(random);

    protected override void Verify()
    {
        _mix.EndAll();
        long charged = Manager.Table.Budget.Bytes;
        Require(charged <= Plan.BudgetBytes,
            $"At rest {charged} bytes are charged, over the budget of {Plan.BudgetBytes}.");
        Manager.Trim();
        RequireAllGone("After a trim");
        File.Close();
        RequireAllGone("After the close");
    }

    public override void Dispose()
    {
        File.Dispose();
        Manager.Dispose();
    }

    private void RequireAllGone(string when)
    {
        Require(File.Backing.LiveLoads == 0,
            $"{when} windows {string.Join(' ', File.Windows)} are in memory, and nothing is leased.");
        Require(Manager.Table.Budget is { Bytes: 0, Regions: 0 },
            $"{when} {Manager.Table.Budget.Bytes} bytes are charged.");
    }
}
