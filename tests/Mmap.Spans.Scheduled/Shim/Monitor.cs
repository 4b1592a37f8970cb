using System.Runtime.CompilerServices;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>
/// Stands for the framework's <c>Monitor</c>, without a real one beneath: a waiting thread is not runnable, and without
/// a runnable thread there is a deadlock.
/// </summary>
public static class Monitor
{
    public static bool IsEntered(object monitor) => Schedule.MonitorOf(monitor).Owner == Thread.CurrentThread;

    public static void Enter(object monitor, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("enters", member, line);
        MonitorState state = Schedule.MonitorOf(monitor);
        if (state.Owner is not null && state.Owner != Thread.CurrentThread && Worker.Current is { } thread)
            AwaitOrThrow(state, thread);
        Take(state, 1);
    }

    public static bool TryEnter(object monitor, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("tries to enter", member, line);
        MonitorState state = Schedule.MonitorOf(monitor);
        if (state.Owner is not null && state.Owner != Thread.CurrentThread) return false;
        Take(state, 1);
        return true;
    }

    public static void Exit(object monitor, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        if (Schedule.IsUnwinding) return;
        Schedule.FencedStep("leaves", member, line);
        MonitorState state = Owned(monitor);
        if (--state.Depth == 0) state.Owner = null;
    }

    public static void Wait(object monitor, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("sleeps", member, line);
        MonitorState state = Owned(monitor);
        ScheduledThread thread = Worker.Current
            ?? throw new ProtocolBrokenException("Nobody would wake who sleeps outside a schedule.");
        int depth = state.Depth;
        (state.Owner, state.Depth) = (null, 0);
        if (thread.Interrupted)
        {
            thread.Wants = state;
        }
        else
        {
            thread.SleepsOn = state;
            state.Sleepers.Add(thread);
        }

        thread.Schedule.AwaitRunnable(thread);
        Take(state, depth);
        if (!thread.Interrupted) return;
        thread.Interrupted = false;
        throw new ThreadInterruptedException();
    }

    public static void PulseAll(object monitor, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("wakes all", member, line);
        MonitorState state = Owned(monitor);
        foreach (ScheduledThread sleeper in state.Sleepers) (sleeper.SleepsOn, sleeper.Wants) = (null, state);
        state.Sleepers.Clear();
    }

    /// <summary>
    /// Waits to enter. An interrupt ends the wait; a thread that can enter at once is not interrupted.
    /// </summary>
    private static void AwaitOrThrow(MonitorState state, ScheduledThread thread)
    {
        (thread.Wants, thread.IsEntering) = (state, true);
        thread.Schedule.AwaitRunnable(thread);
        (thread.Wants, thread.IsEntering) = (null, false);
        if (state.Owner is null) return;
        thread.Interrupted = false;
        throw new ThreadInterruptedException();
    }

    private static void Take(MonitorState state, int depth)
    {
        Thread self = Thread.CurrentThread;
        if (state.Owner != self)
        {
            if (Worker.Current is { } thread)
            {
                thread.Wants = state;
                thread.Schedule.AwaitRunnable(thread);
                thread.Wants = null;
            }
            else if (state.Owner is not null)
            {
                throw new ProtocolBrokenException("A monitor was never left.");
            }
        }

        state.Owner = self;
        state.Depth += depth;
    }

    private static MonitorState Owned(object monitor)
    {
        MonitorState state = Schedule.MonitorOf(monitor);
        if (state.Owner != Thread.CurrentThread) Schedule.Fail("A monitor is used by a thread that is not inside.");
        return state;
    }
}
