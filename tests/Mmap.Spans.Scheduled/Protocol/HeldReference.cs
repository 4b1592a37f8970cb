using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>A lease by reference of a scenario, which looks at its bytes now and then. Disposed once.</summary>
internal readonly struct HeldReference(World world, int window, long serial, Region region) : IDisposable
{
    public long Serial => serial;

    /// <summary>Lets others move, and looks at the bytes again.</summary>
    public void Check()
    {
        if (serial == 0) return;
        Schedule.Pause("reads its bytes");
        world.Backing.CheckStamp(region.Bytes(window * World.WindowBytes, SerialBacking.StampBytes), serial,
            window * World.WindowBytes);
    }

    public void Dispose()
    {
        if (serial == 0) return;
        world.Backing.CheckStamp(region.Bytes(window * World.WindowBytes, SerialBacking.StampBytes), serial,
            window * World.WindowBytes);
        world.Backing.Unpin(serial);
        int begin = Schedule.Now();
        world.Table.Release(region);
        world.Note(window, OperationKind.Release, serial, begin);
    }
}
