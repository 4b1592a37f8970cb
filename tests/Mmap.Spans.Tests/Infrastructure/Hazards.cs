using Mmap.Spans.Regions;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The halves of a hazard pin by themselves, for tests that put another thread between them.</summary>
internal static unsafe class Hazards
{
    /// <summary>Stores a region's id into a slot of the calling thread, and does not look at the region.</summary>
    public static long Store(Region region) =>
        HazardSlots.OwnOrRegister()->TryStore(region.Id, out long token)
            ? token : throw new InvalidOperationException("The slot is taken.");

    /// <summary>Clears the slot, and does not look at the region.</summary>
    public static bool Clear(long token) => HazardSlots.Own->TryClear(token);

    /// <summary>The pin that a span lease takes on a resident window.</summary>
    public static bool TryPin(Region region) => SpanPin.TryTake(region, HazardSlots.Own, out _);

    /// <summary>True if a slot of any thread holds the region's id.</summary>
    public static bool Stands(Region region)
    {
        var ids = new List<long>();
        HazardSlots.Fence();
        HazardSlots.Scan(ids);
        return ids.Contains(region.Id);
    }
}
