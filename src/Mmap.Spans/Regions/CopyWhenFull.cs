using Mmap.Spans.Memory;

namespace Mmap.Spans.Regions;

/// <summary>
/// The leases of one manager that are read and not mapped: which these are, and the memory of those on the heap.
/// Thread-safe; only the proof that something is idle, and the clock's look, ever take the gate.
/// </summary>
/// <remarks>
/// A short lease is read if its window is not in memory and the table is full, until <see cref="Admission"/> gives the
/// window a place. (Full means that charging the window would exceed the maximum of mapped bytes or of regions.) It is
/// also read if no window holds it, because it crosses an edge. Such a lease has no region: the file's one
/// <see cref="RegionDirectory.Copies"/> stands in for it, with the file's name. If live leases hold everything and a
/// load would be refused, nothing is read either. The proof of an idle region is a marked one that can be had; if there
/// is none, one is searched.
/// </remarks>
internal sealed class CopyWhenFull(
    RegionBudget budget, OverBudget overBudget, Sweeper sweeper, IRegionObserver observer)
{
    private readonly CopyPool _pool = new(budget.Copied.Max);

    /// <summary>Made at the first miss in a full table.</summary>
    private Admission? _admission;
    private long _liveOnHeap;

    /// <summary>The number of memory leases that hold a copy now.</summary>
    // Order: acquire. Stale: it is shown to people; nothing is decided by it.
    public long LiveOnHeap => Volatile.Read(ref _liveOnHeap);

    /// <summary>True if a lease that is no hit is to be read. Call it once for each lease.</summary>
    /// <param name="directory">The file.</param>
    /// <param name="offset">The first byte; the range is inside the file.</param>
    /// <param name="length">The number of bytes.</param>
    public bool IsToBeRead(RegionDirectory directory, long offset, int length)
    {
        if (length > SpanBuffer.LongestBytes || !directory.Backing.ReadsWhenFull) return false;

        long fileLength = directory.Length, window = directory.Grid.IndexOf(offset);
        int windowBytes = directory.Grid.LengthOf(window, fileLength);
        bool crosses = directory.Grid.PartOf(offset, length, fileLength) < length;
        bool hasBytes = budget.Mapped.Has(crosses ? length : ChargeFor(directory, window, windowBytes));
        bool isFull = !hasBytes || budget.Regions >= budget.MaxRegions;
        if (!crosses && (!isFull || directory.At(window) is not null)) return false;
        if (directory.Backing.Copies(directory.Grid.StartOf(window), windowBytes)) return false;
        if (!crosses && IsAdmitted(directory, fileLength, offset, length)) return false;
        return hasBytes && !isFull ? true : MayGoOn(hasBytes);
    }

    /// <summary>Memory for a lease on the heap, charged as a copy.</summary>
    /// <returns>False if there is no room.</returns>
    public bool TryRent(long offset, int length, out nint address)
    {
        address = 0;
        int charge = CopyPool.BytesFor(offset, length);
        if (!budget.Copied.TryCharge(charge)) return false;
        try
        {
            address = _pool.Rent(offset, length);
        }
        catch (InsufficientMemoryException)
        {
            // The lease is mapped then, and whatever it meets there goes to the caller.
            budget.Copied.Uncharge(charge);
            return false;
        }

        // Order: full, because threads that count at once must all count; nothing else relies on it.
        Interlocked.Increment(ref _liveOnHeap);
        return true;
    }

    /// <summary>Ends the use of <see cref="TryRent"/>'s memory, on any thread.</summary>
    public void Return(nint address, long offset, int length)
    {
        _pool.Return(address, offset, length);
        budget.Copied.Uncharge(CopyPool.BytesFor(offset, length));
        // Order: full, as in TryRent.
        Interlocked.Decrement(ref _liveOnHeap);
    }

    /// <summary>Counts a lease that was read.</summary>
    public void Tell(RegionDirectory directory, long offset, int length) =>
        observer.Copied(directory.Name, offset, length);

    /// <inheritdoc cref="Sweeper.TryGiveUpOne"/>
    public bool TryGiveUpOne() => sweeper.TryGiveUpOne();

    /// <summary>Returns the kept memory to the system.</summary>
    public void Drain() => _pool.Drain();

    /// <summary>Keeps no memory from now on.</summary>
    public void Close() => _pool.Close();

    /// <summary>True if a window has earned its place, or earns it by this lease.</summary>
    private bool IsAdmitted(RegionDirectory directory, long fileLength, long offset, int length)
    {
        Admission admission = AdmissionFor(directory);
        Admission.Answer answer = admission.Ask(directory.Number, fileLength, offset, length);
        if (answer == Admission.Answer.Copy) return false;
        if (answer == Admission.Answer.MapIfUnused && !TryGiveUpOne())
        {
            admission.Refuse(directory.Number, fileLength, offset);
            return false;
        }

        observer.Admitted(directory.Name, offset);
        return true;
    }

    /// <summary>The charge of a mapping of the window, with its room to grow.</summary>
    private long ChargeFor(RegionDirectory directory, long window, int windowBytes)
    {
        long room = directory.Grid.ChargeOf(directory.RoomFor(directory.Grid.StartOf(window), windowBytes));
        return room <= budget.Mapped.Max ? room : directory.Grid.ChargeOf(windowBytes);
    }

    private Admission AdmissionFor(RegionDirectory directory)
    {
        // Order: acquire, then full; of two that are made at once one stays, whole.
        if (Volatile.Read(ref _admission) is { } admission) return admission;
        long most = Math.Clamp(budget.Mapped.Max / directory.Grid.Step, 1, budget.MaxRegions);
        var made = new Admission(directory.Grid, (int)most);
        return Interlocked.CompareExchange(ref _admission, made, null) ?? made;
    }

    /// <summary>
    /// True if a load could succeed in this full table: leases may exceed the budget, or a region is idle.
    /// </summary>
    private bool MayGoOn(bool hasBytes)
    {
        if (!hasBytes && overBudget == OverBudget.Fail && !sweeper.HasIdle(copied: false)) return false;
        return budget.Regions < budget.MaxRegions || sweeper.HasIdle(copied: false) || sweeper.HasIdle(copied: true);
    }
}
