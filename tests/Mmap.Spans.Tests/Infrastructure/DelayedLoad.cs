namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>A load that stands still until the test continues it.</summary>
internal sealed class DelayedLoad : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _goOn = new();

    /// <summary>Returns when the load has begun.</summary>
    public void WaitUntilReached()
    {
        if (!_reached.Wait(s_patience)) throw new TimeoutException("The delayed load was never asked for.");
    }

    /// <summary>Continues the load.</summary>
    public void Proceed() => _goOn.Set();

    /// <summary>The backing's side.</summary>
    public void Wait()
    {
        _reached.Set();
        if (!_goOn.Wait(s_patience)) throw new TimeoutException("Nobody let the delayed load go on.");
    }

    public void Dispose()
    {
        _reached.Dispose();
        _goOn.Dispose();
    }
}
