using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>A lease by reference of a scenario, which looks at its bytes now and then. Disposed once.</summary>
internal readonly struct HeldReference(World world, int window, uint serial, Region region) : IDisposable
{
    /// <summary>Lets others move, and looks at the bytes again.</summary>
    public void Check()
    {
        if (serial == 0) return;
        Schedule.Pause("reads its bytes");
        CheckBytes();
    }

    public void Dispose()
    {
        if (serial == 0) return;
        CheckBytes();
        world.Pins.Remove(serial);
        int begin = Schedule.Now();
        world.Table.Release(region);
        world.Note(window, OperationKind.Release, serial, begin);
    }

    private void CheckBytes() => world.Pins.CheckBytes(
        region.Bytes(window * World.WindowBytes, World.LeaseBytes), window * World.WindowBytes, serial);
}
