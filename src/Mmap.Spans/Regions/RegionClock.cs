using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// Which idle region goes first: a ring with a hand. A hit marks its region touched, nothing more; the hand clears the
/// mark of a touched region once and passes on, and gives up the first that has none. Used under the gate only, except
/// that any hit writes <see cref="Region.Touched"/>.
/// </summary>
/// <remarks>
/// Source: F. J. Corbató, "A Paging Experiment with the Multics System" (1968). A region enters just behind the hand
/// and without credit: it is the last to be looked at, and one sequential pass over a file leaves nothing that would
/// push out what is used again and again.
/// </remarks>
internal sealed class RegionClock
{
    /// <summary>The region the hand points at, or null when the ring is empty.</summary>
    private Region? _hand;

    /// <summary>How many regions are in the ring.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a region in just behind the hand.</summary>
    public void Insert(Region region)
    {
        Debug.Assert(region.Place != Place.Ring, "A region is in the ring once.");
        if (_hand is not { } hand)
        {
            region.RingNext = region.RingPrevious = region;
            _hand = region;
        }
        else
        {
            Region last = hand.RingPrevious!;
            (region.RingPrevious, region.RingNext) = (last, hand);
            last.RingNext = hand.RingPrevious = region;
        }

        region.Place = Place.Ring;
        Count++;
    }

    /// <summary>Takes a region out.</summary>
    public void Remove(Region region)
    {
        Debug.Assert(region.Place == Place.Ring, "Only what is in the ring can leave it.");
        Region next = region.RingNext!;
        (region.RingPrevious!.RingNext, next.RingPrevious) = (next, region.RingPrevious);
        if (_hand == region) _hand = next == region ? null : next;
        region.RingNext = region.RingPrevious = null;
        region.Place = Place.None;
        Count--;
    }

    /// <summary>The next region without credit; the hand moves past it. It stays in the ring.</summary>
    /// <returns>Null if the ring is empty.</returns>
    public Region? Next()
    {
        if (_hand is not { } region) return null;

        // Two turns at most: hits may go on setting marks while the hand clears them.
        for (int left = 2 * Count; left > 0 && region.Touched != 0; left--)
        {
            region.Touched = 0;
            region = region.RingNext!;
        }

        _hand = region.RingNext;
        return region;
    }

    /// <summary>The regions in the order in which the hand will meet them.</summary>
    public IEnumerable<Region> InOrder()
    {
        Region? region = _hand;
        for (int left = Count; left > 0; left--)
        {
            yield return region!;
            region = region!.RingNext;
        }
    }
}
