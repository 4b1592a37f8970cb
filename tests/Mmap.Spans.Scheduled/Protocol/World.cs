using System.Runtime.CompilerServices;
using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>
/// A table with one file of a few tiny windows, the leases of a scenario's threads, and the checks after their end.
/// </summary>
internal sealed class World : IScenarioRun
{
    public const int WindowBytes = 32;

    /// <summary>The bytes of a lease unless a scenario says otherwise. No load is shorter.</summary>
    public const int LeaseBytes = 16;

    private readonly List<Action> _threads = [];
    private readonly List<Operation>[] _histories;
    private bool _closed;
    private bool _openerGoes;
    private bool _registered;

    static World()
    {
        // A thread that is put to sleep inside a type's initialization would hold up the real threads of the others.
        foreach (Type type in typeof(RegionTable).Assembly.GetTypes())
        {
            if (!type.ContainsGenericParameters && type.Namespace is "Mmap.Spans.Regions" or "Mmap.Spans")
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        TableInvariants.Runner = Schedule.LookUnseen;
        HazardArena.KeepAll();
    }

    public World(int windows, int budget, OverBudget overBudget = OverBudget.Exceed, int maxRegions = 100)
    {
        Unseen.ForgetAllSlots();
        Backing = new StampedBacking(1, windows * WindowBytes) { Pause = Pause, Fail = Schedule.Fail };
        var held = new RegionBudget(budget * WindowBytes, budget * WindowBytes, maxRegions);
        Table = new RegionTable(held, overBudget, Listener, copyWhenFull: true);
        Pins = new Pins(Backing, Table.Budget);
        Directory = new RegionDirectory(Table, WindowGrid.Of(WindowBytes, 0), Backing, "file", Backing.Length);
        File = new MappedFile(Directory);
        _histories = new List<Operation>[windows + 1];
        for (int i = 0; i < _histories.Length; i++) _histories[i] = [];
    }

    public StampedBacking Backing { get; }

    public Pins Pins { get; }

    public Listener Listener { get; } = new();

    public RegionTable Table { get; }

    public RegionDirectory Directory { get; }

    public MappedFile File { get; }

    public IReadOnlyList<Action> Threads => _threads;

    public Action? Prologue => _registered ? Register : null;

    /// <summary>The errors that a lease may fail with besides a closed file.</summary>
    public Func<IOException, bool> Expected { get; set; } = _ => false;

    /// <summary>Loads windows before the threads begin, and leaves them idle.</summary>
    public World Loaded(params ReadOnlySpan<int> windows)
    {
        foreach (int window in windows) Heap(window).Dispose();
        return this;
    }

    /// <summary>Gives every thread its hazard slots before the first step.</summary>
    public World Registered()
    {
        _registered = true;
        return this;
    }

    public World Thread(Action body)
    {
        _threads.Add(_registered ? body : () =>
        {
            Unseen.ForgetOwnSlots();
            body();
        });
        return this;
    }

    /// <summary>Leases a window as a span; the default when that failed as expected.</summary>
    public HeldSpan Span(int window, int length = LeaseBytes)
    {
        int begin = Schedule.Now();
        try
        {
            SpanLease lease = File.LeaseSpan(window * WindowBytes, length);
            uint serial = Pins.Add(lease.Span, window * WindowBytes);
            Note(window, OperationKind.Lease, serial, begin);
            return new HeldSpan(this, window, serial, lease);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            NoteRefusal(e, window, begin);
            return default;
        }
    }

    /// <summary>Leases a window by a reference; the default when that failed as expected.</summary>
    public HeldReference Heap(int window)
    {
        int begin = Schedule.Now();
        try
        {
            Region region = File.LeaseReference(window * WindowBytes, LeaseBytes);
            uint serial = Pins.Add(region.Bytes(window * WindowBytes, LeaseBytes), window * WindowBytes);
            Note(window, OperationKind.Lease, serial, begin);
            return new HeldReference(this, window, serial, region);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            NoteRefusal(e, window, begin);
            return default;
        }
    }

    public void ReadSpan(int window)
    {
        using HeldSpan lease = Span(window);
        lease.Check();
    }

    /// <summary>Leases all that a window shows at that moment.</summary>
    public void ReadWhole(int window)
    {
        using HeldSpan lease = Span(window, Directory.Grid.LengthOf(window, Directory.Length));
        lease.Check();
    }

    /// <summary>Leases windows one after the other by one reader.</summary>
    public void ReadByReader(params ReadOnlySpan<int> windows)
    {
        SpanReader reader = File.CreateReader();
        foreach (int window in windows)
        {
            int begin = Schedule.Now();
            try
            {
                SpanLease lease = reader.LeaseSpanUpTo(window * WindowBytes, WindowBytes);
                uint serial = Pins.Add(lease.Span, window * WindowBytes);
                Note(window, OperationKind.Lease, serial, begin);
                using var held = new HeldSpan(this, window, serial, lease);
                held.Check();
            }
            catch (Exception e) when (e is ObjectDisposedException or IOException)
            {
                NoteRefusal(e, window, begin);
            }
        }
    }

    public void ReadHeap(int window)
    {
        using HeldReference lease = Heap(window);
        lease.Check();
    }

    /// <summary>Closes the file.</summary>
    public void Close()
    {
        int begin = Schedule.Now();
        Table.Close(Directory.Close());
        NoteAll(OperationKind.Close, begin);
        _closed = true;
    }

    /// <summary>Drops what the file has in memory; it stays open.</summary>
    public void Empty()
    {
        int begin = Schedule.Now();
        Table.CloseNow(Directory.Empty());
        NoteAll(OperationKind.Detach, begin);
    }

    /// <summary>Takes a new length of the file, which changes what its last window holds.</summary>
    public void Resize(int bytes)
    {
        int begin = Schedule.Now();
        Backing.Length = bytes;
        List<Region> detached = Directory.Resize(bytes);
        Table.Close(detached);
        foreach (Region region in detached) Note((int)region.Index, OperationKind.Detach, 0, begin);
    }

    /// <summary>
    /// One opener of the file closes it; another keeps it open, so a refusal says nothing about the file.
    /// </summary>
    public void DisposeOpener()
    {
        _openerGoes = true;
        File.Dispose(isLast: false);
    }

    public void Note(int window, OperationKind kind, long serial, int begin) =>
        _histories[window].Add(new Operation(kind, serial, begin, Schedule.Now()));

    /// <summary>Checks the invariants after all threads and leases have ended.</summary>
    public void Verify()
    {
        Listener.OnLeft = null;
        Check(!_closed || Backing.LiveLoads == 0,
            $"The file is closed, nothing is leased, and {Backing.LiveLoads} loads are still in memory.");
        Check(Table.Budget.Bytes <= Table.Budget.Mapped.Max,
            $"Nothing is leased, and {Table.Budget.Bytes} bytes are over the budget of {Table.Budget.Mapped.Max}.");
        CheckPeak();
        CheckAccounts();
        var hazards = new List<long>();
        HazardSlots.Scan(hazards);
        Check(hazards.Count == 0, "A hazard stands that no lease has left.");
        Table.CheckAtRest();
        CheckAccounts();

        int known = Directory.Snapshot().Count + Table.Detached().Count;
        Check(known == Backing.LiveLoads, $"{Backing.LiveLoads} loads are in memory, and {known} regions are known.");
        Table.Trim();
        Check(Backing.LiveLoads == 0,
            $"Nothing is leased, and after a trim {Backing.LiveLoads} loads are still in memory.");
        CheckAccounts();
        Table.Close(Directory.Close());
        Check(Table.Detached().Count == 0, $"{Table.Detached().Count} regions are detached after the close.");

        foreach (List<Operation> history in _histories)
        {
            if (history.Count > 0)
                Check(Linearizability.IsLinearizable(history), "No order explains: " + string.Join(", ", history));
        }

        Backing.Dispose();
    }

    internal static void Check(bool condition, string message)
    {
        if (!condition) Schedule.Fail(message);
    }

    private void Pause(string what)
    {
        Pins.CheckNow();
        Schedule.Pause(what);
        Pins.CheckNow();
    }

    /// <summary>
    /// A load waits while a region is idle. It exceeds the budget only by pinned regions and its own window.
    /// </summary>
    private void CheckPeak()
    {
        long most = Math.Max(Table.Budget.Mapped.Max, Pins.PeakBytes) + _threads.Count * WindowBytes;
        Check(Backing.PeakBytes <= most, $"{Backing.PeakBytes} bytes were in memory at once, and {most} may be.");
    }

    private void CheckAccounts()
    {
        Check(Table.Budget.Bytes == Backing.LiveBytes,
            $"{Backing.LiveBytes} bytes are mapped, and {Table.Budget.Bytes} are charged.");
        Check(Table.Budget.Regions == Backing.LiveLoads,
            $"{Backing.LiveLoads} regions are mapped, and {Table.Budget.Regions} are counted.");
    }

    private void NoteAll(OperationKind kind, int begin)
    {
        for (int window = 0; window < _histories.Length; window++) Note(window, kind, 0, begin);
    }

    private void NoteRefusal(Exception e, int window, int begin)
    {
        if (e is IOException failure && !Expected(failure))
            Schedule.Fail($"A lease failed as nobody planned: {failure}");
        Note(window, e is IOException || _openerGoes ? OperationKind.Failed : OperationKind.Refused, 0, begin);
    }

    private static void Register()
    {
        Unseen.ForgetOwnSlots();
        unsafe
        {
            // SAFETY: the pointer is not used.
            _ = HazardSlots.OwnOrRegister();
        }
    }
}
