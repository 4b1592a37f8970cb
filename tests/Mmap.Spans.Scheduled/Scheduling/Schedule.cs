using System.Text;

namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// One run of a few threads, of which exactly one moves at a time. Before each step that another thread could notice
/// (an atomic operation, a monitor, a store that becomes visible) the strategy chooses what happens next.
/// </summary>
/// <remarks>
/// The choice is made on the thread that has the turn, so a step that goes on with the same thread costs no switch.
/// Steps are: the next operation of a runnable thread, or the oldest buffered store of any thread becoming visible.
/// </remarks>
public sealed class Schedule
{
    /// <summary>No schedule of these scenarios comes near; one that does is going round in circles.</summary>
    private const int MostSteps = 20_000;

    private static Schedule? s_active;

    private readonly ScheduledThread[] _threads;
    private readonly Strategy _strategy;
    private readonly Baton _finished = new();
    private readonly int[] _options = new int[2 * Worker.Most];
    private readonly Dictionary<object, MonitorState> _monitors = new(ReferenceEqualityComparer.Instance);
    private readonly List<(int Decision, int Option)> _deviations = [];
    private readonly StringBuilder? _trace;
    private readonly Action? _prologue;
    private bool _unwinding;
    private int _clock;

    private Schedule(Strategy strategy, bool traced)
    {
        _strategy = strategy;
        _threads = [];
        _trace = traced ? new StringBuilder() : null;
    }

    private Schedule(Schedule outside, IScenarioRun run)
    {
        IReadOnlyList<Action> bodies = run.Threads;
        _prologue = run.Prologue;
        _strategy = outside._strategy;
        _monitors = outside._monitors;
        _trace = outside._trace;
        _clock = outside._clock;
        _threads = new ScheduledThread[bodies.Count];
        for (int i = 0; i < bodies.Count; i++)
        {
            _threads[i] = new ScheduledThread(this, i, bodies[i], Worker.All[i]);
            Worker.All[i].Assign(_threads[i]);
        }
    }

    /// <summary>The failure, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>The steps taken so far.</summary>
    public int Steps { get; private set; }

    public int ThreadCount => _threads.Length;

    /// <summary>The choices made so far.</summary>
    public int Decisions { get; private set; }

    /// <summary>The steps as text, when traced.</summary>
    public string Trace => _trace?.ToString() ?? "";

    /// <summary>Every choice that was not the first option, by which any schedule can be repeated.</summary>
    public string Path => string.Join('.', _deviations.Select(d => $"{d.Decision}={d.Option}"));

    /// <summary>Runs a scenario once: its making, its threads, its verification.</summary>
    public static Schedule Run(Scenario scenario, Strategy strategy, bool traced = false)
    {
        var schedule = new Schedule(strategy, traced);
        s_active = schedule;
        HazardArena.Reset();
        try
        {
            IScenarioRun run = scenario.Begin();
            schedule = new Schedule(schedule, run);
            s_active = schedule;
            schedule.RunThreads();
            if (schedule.Failure is null) run.Verify();
        }
        catch (Exception e) when (e is not ScheduleEndedException)
        {
            schedule.Failure ??= e is ProtocolBrokenException ? e.Message : e.ToString();
        }
        finally
        {
            s_active = null;
        }

        return schedule;
    }

    /// <summary>Says that something impossible has happened, and ends the schedule.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Fail(string message)
    {
        if (Worker.Current is not { } thread) throw new ProtocolBrokenException(message);
        Schedule schedule = thread.Schedule;
        schedule.Failure ??= $"thread {thread.Index}: {message}";
        schedule._unwinding = true;
        throw new ScheduleEndedException();
    }

    /// <summary>
    /// A step of the calling thread that is no atomic operation: a switching point that a scenario adds.
    /// </summary>
    public static void Pause(string what) => Step(what, "", 0);

    /// <summary>A number that grows with every call, and orders events.</summary>
    public static int Now() => s_active is { } schedule ? ++schedule._clock : 0;

    /// <summary>Ends the sleep of a thread on a monitor, now or when it next sleeps, by an exception.</summary>
    public static void Interrupt(int index)
    {
        if (Worker.Current is not { } caller)
            throw new InvalidOperationException("Only a thread of a schedule can interrupt another.");
        Step("Interrupt", "", 0);
        ScheduledThread thread = caller.Schedule._threads[index];
        thread.Interrupted = true;
        thread.SleepsOn?.Sleepers.Remove(thread);
        if (thread.SleepsOn is { } monitor) (thread.SleepsOn, thread.Wants) = (null, monitor);
    }

    /// <summary>Runs what only looks and is no step of the library's: no other thread moves meanwhile.</summary>
    public static void LookUnseen(Action look)
    {
        if (Worker.Current is not { IsSilent: false } thread)
        {
            look();
            return;
        }

        thread.IsSilent = true;
        try
        {
            look();
        }
        finally
        {
            thread.IsSilent = false;
        }
    }

    /// <summary>The moment before an operation that other threads could notice.</summary>
    internal static void Step(string operation, string member, int line)
    {
        if (Worker.Current is not { IsSilent: false } thread) return;
        Schedule schedule = thread.Schedule;
        schedule.ThrowIfUnwinding();
        if (++schedule.Steps > MostSteps) Fail($"{MostSteps} steps and no end.");
        if (schedule._threads.Length > 1) schedule.Choose(thread);
        schedule._trace?.Append(null, $"  {thread.Index}: {member}{(line > 0 ? $":{line}" : "")} {operation}\n");
    }

    /// <summary>A step that also makes the calling thread's own stores visible, as every locked operation
    /// does.</summary>
    internal static void FencedStep(string operation, string member, int line)
    {
        Step(operation, member, line);
        Worker.Current?.Stores.Flush();
    }

    /// <summary>Makes every thread's stores visible.</summary>
    internal static void FlushAll()
    {
        if (Worker.Current is not { } thread) return;
        foreach (ScheduledThread other in thread.Schedule._threads) other.Stores.Flush();
    }

    /// <summary>True if another thread's store to that address is still invisible to the caller.</summary>
    internal static bool IsHidden(nint address, out long before)
    {
        before = 0;
        if (s_active is not { } schedule) return false;
        foreach (ScheduledThread other in schedule._threads)
        {
            if (other != Worker.Current && other.Stores.Hides(address, out before)) return true;
        }

        return false;
    }

    internal static MonitorState MonitorOf(object key)
    {
        Schedule schedule = s_active ?? throw new InvalidOperationException("There is no schedule.");
        if (!schedule._monitors.TryGetValue(key, out MonitorState? state))
            schedule._monitors.Add(key, state = new MonitorState());
        return state;
    }

    /// <summary>True if the calling thread is inside any monitor.</summary>
    public static bool OwnsAMonitor =>
        s_active is { } schedule
            && schedule._monitors.Values.Any(monitor => monitor.Owner == Shim.Thread.CurrentThread);

    /// <summary>True if the calling thread is being unwound, so that its operations no longer count.</summary>
    internal static bool IsUnwinding => Worker.Current is { Schedule._unwinding: true };

    /// <summary>Lets others move until the calling thread can.</summary>
    internal void AwaitRunnable(ScheduledThread thread)
    {
        while (!thread.IsRunnable) Choose(thread);
    }

    /// <summary>The turn of a worker: the body from beginning to end.</summary>
    internal void RunBody(ScheduledThread thread)
    {
        if (thread.IsSilent)
        {
            _prologue!();
            thread.IsSilent = false;
            _finished.Give();
            thread.Worker.AwaitTurn();
        }

        try
        {
            if (!_unwinding)
            {
                thread.Body();
                // The end is a step as well: until it comes, the last stores may stay unseen.
                FencedStep("ends", "", 0);
            }
        }
        catch (ScheduleEndedException)
        {
            // The failure is noted already; this was only the way out.
        }
        catch (Exception e)
        {
            Failure ??= $"thread {thread.Index}: {e}";
            _unwinding = true;
        }

        thread.Stores.Flush();
        thread.Ended = true;
        thread.Identity.IsAlive = false;
        PassOn(thread);
    }

    private void RunThreads()
    {
        if (_prologue is not null)
        {
            foreach (ScheduledThread thread in _threads)
            {
                thread.IsSilent = true;
                thread.Worker.Wake();
                _finished.Await();
            }
        }

        int first = Decide(null);
        if (first < 0) return;
        _threads[first].Worker.Wake();
        _finished.Await();
    }

    private void Choose(ScheduledThread thread)
    {
        int chosen = Decide(thread);
        if (chosen == thread.Index) return;
        if (chosen < 0)
        {
            Fail("Deadlock. " + string.Join("; ", _threads.Where(t => !t.Ended)
                .Select(t => $"thread {t.Index} {(t.SleepsOn is null ? "wants a monitor" : "sleeps")}")) + ".");
        }

        _threads[chosen].Worker.Wake();
        thread.Worker.AwaitTurn();
        ThrowIfUnwinding();
    }

    /// <summary>Gives the turn of a thread that has ended to the next one; while unwinding, to each in turn.</summary>
    private void PassOn(ScheduledThread ended)
    {
        ScheduledThread? next = _unwinding ? _threads.FirstOrDefault(thread => !thread.Ended) : null;
        if (!_unwinding && _threads.Any(thread => !thread.Ended))
        {
            int chosen = Decide(ended);
            if (chosen < 0)
            {
                Failure ??= "Deadlock. What has not ended sleeps or wants a monitor.";
                _unwinding = true;
                next = _threads.First(thread => !thread.Ended);
            }
            else
            {
                next = _threads[chosen];
            }
        }

        if (next is null) _finished.Give();
        else next.Worker.Wake();
    }

    /// <summary>Asks the strategy until a thread is chosen; buffered stores may become visible on the way.</summary>
    /// <returns>The thread, or -1 if none can move.</returns>
    private int Decide(ScheduledThread? current)
    {
        while (true)
        {
            // Option 0 goes on with the same thread, so that only a deviation preempts.
            int threads = 0;
            bool goesOn = current is { IsRunnable: true };
            if (goesOn) _options[threads++] = current!.Index;
            foreach (ScheduledThread thread in _threads)
            {
                if (thread != current && thread.IsRunnable) _options[threads++] = thread.Index;
            }

            if (threads == 0) return -1;
            int count = threads;
            foreach (ScheduledThread thread in _threads)
            {
                if (thread.Stores.Count > 0) _options[count++] = ~thread.Index;
            }

            if (count == 1) return _options[0];

            int option = _strategy.Choose(new Decision(_options.AsSpan(0, count), threads, goesOn));
            if (option != 0) _deviations.Add((Decisions, option));
            Decisions++;
            int chosen = _options[option];
            if (chosen >= 0) return chosen;
            _threads[~chosen].Stores.FlushOldest();
            _trace?.Append(null, $"  {~chosen}: its oldest store becomes visible\n");
        }
    }

    private void ThrowIfUnwinding()
    {
        if (_unwinding) throw new ScheduleEndedException();
    }
}
