using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Stress;

/// <summary>
/// Cuts files under their readers, beside a loop that collects, until the truncation guard has met many faults.
/// </summary>
internal static class Truncations
{
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(0.5), s_patience = TimeSpan.FromSeconds(60);

    public static int Run(int faults, int seed)
    {
        using var done = new ManualResetEvent(false);
        var collecting = new Thread(() =>
        {
            for (int turn = 0; !done.WaitOne(1); turn++) GC.Collect(turn % 3);
        })
        { IsBackground = true };
        collecting.Start();
        try
        {
            int slices = 0;
            for (; Met < faults; slices++) Stress.Run("truncation", seed + slices, s_slice, s_patience);
            Console.WriteLine($"{Met} faults in {slices} slices, seeds {seed} to {seed + slices - 1}.");
            return 0;
        }
        catch (StressFailedException e)
        {
            Console.Error.WriteLine($"BROKEN {e}");
            return 1;
        }
        finally
        {
            done.Set();
            collecting.Join();
        }
    }

    /// <summary>The faults so far; 0 without a guard, because copies do not fault.</summary>
    private static long Met =>
        TruncationGuard.Table?.Faults ?? throw new InvalidOperationException(TruncationGuard.TakeRefusal());
}
