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

    /// <summary>What a span lease on a resident window does.</summary>
    public static bool TryPin(Region region) => SpanPin.TryTake(region, HazardSlots.Own, out _);

    /// <summary>Whether a region's id stands in any thread's slots.</summary>
    public static bool Stands(Region region)
    {
        var ids = new List<long>();
        HazardSlots.Fence();
        HazardSlots.Scan(ids);
        return ids.Contains(region.Id);
    }
}
