using System.Runtime.InteropServices;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Regions;

/// <summary>
/// Marks regions in batches, and finds the unused ones by one barrier and one scan of the hazards. Keeps those in the
/// limbo. Used under the gate only.
/// </summary>
internal sealed class Marking
{
    private readonly List<RegionMemory> _scanned = [];
    private readonly List<long> _hazards = [];

    /// <summary>The regions of the batch.</summary>
    public List<Region> Marked { get; } = [];

    /// <summary>Begins a batch.</summary>
    public void Begin() => Marked.Clear();

    /// <summary>Shows the next region of the limbo that can be had, if there is one.</summary>
    public static bool TryShow(RegionPool pool)
    {
        while (pool.Limbo.TryPeek(out Region? region))
        {
            if (region.Place == Place.Limbo && region.State.IsRetiring)
            {
                pool.Show(region);
                return true;
            }

            // A taker has it back, or it has left. As when a victim is taken that was rescued.
            pool.Limbo.Dequeue();
            if (region.Place == Place.Limbo) region.Place = Place.None;
        }

        return false;
    }

    /// <summary>
    /// Marks the clock's next region if it was not used, fences, scans, and keeps it if nobody uses it.
    /// </summary>
    /// <returns>False if it stays where it was, or there is none.</returns>
    public bool Challenge(RegionPool pool)
    {
        Begin();
        if (pool.Clock.TakeIfUnused() is Region region) MarkOrPark(region);
        return KeepMarked(pool, dropPages: false);
    }

    /// <summary>As <see cref="Fill"/>, for a caller that only asks: the pages stay.</summary>
    public bool FillInPlace(RegionPool pool) => Fill(pool, pool.Clock.Batch, dropPages: false);

    /// <summary>Marks the next victims, fences, scans, and keeps the unused ones.</summary>
    /// <returns>False if the clock held no region that could be marked.</returns>
    public bool Fill(RegionPool pool, int batch, bool dropPages = true)
    {
        Begin();
        while (Marked.Count < batch && pool.Clock.TakeVictim() is Region region) MarkOrPark(region);
        return KeepMarked(pool, dropPages);
    }

    /// <summary>Marks a region that the clock gave.</summary>
    private void MarkOrPark(Region region)
    {
        region.Place = Place.None;
        // It is marked, or has references and is parked, or changes at this moment.
        while (!region.State.TryMark())
        {
            if (region.State.TryPark()) break;
        }

        if (region.State.IsRetiring) Marked.Add(region);
    }

    /// <summary>Fences, scans, and puts the unused ones of the marked regions into the limbo.</summary>
    /// <returns>False if none was marked.</returns>
    private bool KeepMarked(RegionPool pool, bool dropPages)
    {
        FenceAndScan(dropPages);
        foreach (Region region in Marked)
        {
            if (!region.State.IsRetiring) continue;
            region.Place = Place.Limbo;
            pool.Limbo.Enqueue(region);
            pool.Show(region);
        }

        return Marked.Count > 0;
    }

    /// <summary>
    /// Fences, scans, and spares the marked regions that a hazard names. Drops the pages of the others together, so
    /// that their unmaps disturb the other threads once and not one by one. A rescued region gets its pages back. A
    /// region that is not certainly Retiring may be unmapped, and its addresses reused.
    /// </summary>
    public void FenceAndScan(bool dropPages = true)
    {
        if (Marked.Count == 0) return;

        HazardSlots.Fence();
        HazardSlots.Scan(_hazards);
        _scanned.Clear();
        foreach (Region region in Marked)
        {
            if (_hazards.Contains(region.Id)) region.State.Spare();
            if (dropPages && region.State.IsRetiring) _scanned.Add(region.Memory);
        }

        // SAFETY: the list is the gate holder's alone, and does not change during the call.
        Advice.DropPages(CollectionsMarshal.AsSpan(_scanned));
        _scanned.Clear();
    }
}
