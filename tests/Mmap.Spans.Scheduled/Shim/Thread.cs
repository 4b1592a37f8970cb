using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>Stands for the framework's <c>Thread</c>: the identity of one thread of one schedule.</summary>
public sealed class Thread
{
    /// <summary>The thread that makes and verifies scenarios.</summary>
    private static readonly Thread s_outside = new();

    public static Thread CurrentThread => Worker.Current?.Identity ?? s_outside;

    public bool IsAlive { get; internal set; } = true;

    /// <summary>The calling thread interrupts itself, as the library does to put an interrupt off.</summary>
    public void Interrupt()
    {
        if (Worker.Current is not { } thread || thread.Identity != this)
            throw new ProtocolBrokenException("The library interrupts another thread.");
        thread.Interrupted = true;
    }
}
