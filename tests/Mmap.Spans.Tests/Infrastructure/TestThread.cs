using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>A thread of a test: <see cref="Join"/> throws its exception, and a hang is a failure.</summary>
internal sealed class TestThread
{
    /// <summary>The longest wait of a test for an event that should happen at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _thrown;

    private TestThread(Action action)
    {
        _thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                _thrown = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public static TestThread Start(Action action) => new(action);

    /// <summary>Runs an action on that many threads, which begin together; the action gets its thread's
    /// number.</summary>
    public static void RunTogether(int count, Action<int> action)
    {
        using var together = new Barrier(count);
        TestThread[] threads = [.. Enumerable.Range(0, count).Select(number => Start(() =>
        {
            together.SignalAndWait();
            action(number);
        }))];
        foreach (TestThread thread in threads) thread.Join();
    }

    /// <summary>Waits for the end, and throws what the thread threw.</summary>
    public void Join(TimeSpan? patience = null)
    {
        Assert.True(_thread.Join(patience ?? Patience), "A thread of the test hangs.");
        _thrown?.Throw();
    }

    /// <summary>True if it ends within a time in which it should not.</summary>
    public bool HasEnded(TimeSpan within) => _thread.Join(within);

    /// <summary>Waits until the thread sleeps in a monitor, an event or a join.</summary>
    public void WaitUntilAsleep()
    {
        long start = Stopwatch.GetTimestamp();
        while ((_thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) == 0)
        {
            if (_thread.Join(0)) return;
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "A thread that should wait does not.");
            Thread.Yield();
        }
    }

    public void Interrupt() => _thread.Interrupt();
}
