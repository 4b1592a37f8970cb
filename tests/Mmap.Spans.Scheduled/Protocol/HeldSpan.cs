using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>A span lease of a scenario, which looks at its bytes now and then.</summary>
internal ref struct HeldSpan(World world, int window, uint serial, SpanLease lease) : IDisposable
{
    private SpanLease _lease = lease;

    /// <summary>Lets others move, and looks at the bytes again.</summary>
    public readonly void Check()
    {
        if (serial == 0) return;
        Schedule.Pause("reads its bytes");
        world.Pins.CheckBytes(_lease.Span, window * World.WindowBytes, serial);
    }

    public void Dispose()
    {
        if (serial == 0) return;
        world.Pins.CheckBytes(_lease.Span, window * World.WindowBytes, serial);
        world.Pins.Remove(serial);
        int begin = Schedule.Now();
        _lease.Dispose();
        world.Note(window, OperationKind.Release, serial, begin);
    }
}
