using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>A span lease of a scenario, which looks at its bytes now and then.</summary>
internal ref struct HeldSpan(World world, int window, long serial, SpanLease lease) : IDisposable
{
    private SpanLease _lease = lease;

    public readonly long Serial => serial;

    /// <summary>Lets others move, and looks at the bytes again.</summary>
    public readonly void Check()
    {
        if (serial == 0) return;
        Schedule.Pause("reads its bytes");
        world.Backing.CheckStamp(_lease.Span, serial, window * World.WindowBytes);
    }

    /// <summary>As <see cref="Check"/>, and all bytes.</summary>
    public readonly void CheckWhole()
    {
        Check();
        if (serial != 0) world.Backing.CheckMarks(_lease.Span, serial);
    }

    public void Dispose()
    {
        if (serial == 0) return;
        world.Backing.CheckStamp(_lease.Span, serial, window * World.WindowBytes);
        world.Backing.Unpin(serial);
        int begin = Schedule.Now();
        _lease.Dispose();
        world.Note(window, OperationKind.Release, serial, begin);
    }
}
