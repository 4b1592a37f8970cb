using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies.Costs;

/// <summary>The library's <see cref="Admission"/> with one look of its clock.</summary>
internal sealed class ShippedRule : Rule
{
    private const int Thread = 1;
    private const int File = 1;

    private Admission _admission = null!;

    protected override void Begin(int windows) => _admission = new Admission(Grid, MostRegions);

    protected override bool MakesRoom(int window, Lease lease)
    {
        switch (_admission.Ask(Thread, File, Trace.FileBytes, lease.Offset, lease.Length))
        {
            case Admission.Answer.Map:
                return Evict();
            case Admission.Answer.MapIfUnused when EvictIfUnused():
                return true;
            case Admission.Answer.MapIfUnused:
                _admission.Refuse(File, Trace.FileBytes, lease.Offset);
                return false;
            default:
                return false;
        }
    }
}
