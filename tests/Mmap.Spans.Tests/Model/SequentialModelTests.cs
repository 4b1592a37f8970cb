using FsCheck;
using FsCheck.Fluent;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Model;

/// <summary>
/// Random histories of managers, files, cursors, buffers and leases against a plain model: contents, which windows are
/// in memory, every counter, budgets and errors, after each step. A failing history is shrunk, and printed with the
/// seed that FsCheck takes back by <c>WithReplay</c>.
/// </summary>
public class SequentialModelTests
{
    private const int Histories = 150;
    private static readonly int s_window = SystemLimits.AllocationGranularity;

    /// <summary>Budgets in windows with their overlap.</summary>
    [Theory]
    [InlineData(1, 1000, OverBudget.Exceed)]
    [InlineData(3, 1000, OverBudget.Exceed)]
    [InlineData(18, 1000, OverBudget.Exceed)]
    [InlineData(100, 4, OverBudget.Exceed)]
    [InlineData(1, 1000, OverBudget.Fail)]
    [InlineData(4, 1000, OverBudget.Fail)]
    public void AnyHistoryGoesAsInTheModel(int budget, int maxRegions, OverBudget mode)
    {
        const int Overlap = 1000;
        var options = new MapManagerOptions
        {
            WindowSize = s_window,
            Overlap = Overlap,
            MaxMappedBytes = (long)budget * s_window,
            MaxRegions = maxRegions,
            OverBudget = mode,
        };
        SampleFile[] samples =
        [
            SampleFile.OfLength(6L * s_window), SampleFile.OfLength(20L * s_window + 123),
            SampleFile.OfLength(s_window / 2),
        ];
        try
        {
            Config config = Config.QuickThrowOnFailure.WithMaxTest(Histories).WithQuietOnSuccess(true).WithStartSize(10)
                .WithEndSize(120);
            Prop.ForAll(AnyHistories(samples.Max(sample => sample.Length)), history =>
            {
                using var session = new Session(samples, options);
                foreach (Operation step in history) session.Do(step);
            }).Check(config);
        }
        finally
        {
            foreach (SampleFile sample in samples) sample.Dispose();
        }
    }

    private static Arbitrary<Operation[]> AnyHistories(long longest)
    {
        Gen<int> lengths = Gen.Frequency(
            (1, Gen.Constant(0)), (6, Gen.Choose(1, 1001)), (3, Gen.Choose(1001, s_window + 1001)),
                (1, Gen.Choose(s_window, 5 * s_window)));
        Gen<int> offsets = Gen.Frequency(
            (3, Gen.Choose(0, (int)longest + 10)), (3, Gen.Choose(0, 3 * s_window)),
            (3, Gen.Zip(Gen.Choose(0, 20), Gen.Choose(-3, 1003))
                .Select(at => Math.Max(0, at.Item1 * s_window + at.Item2))));
        Gen<Operation> steps =
            from verb in Gen.Frequency([.. Enum.GetValues<Verb>().Select(verb => (WeightOf(verb), Gen.Constant(verb)))])
            from which in Gen.Choose(0, 1000)
            from offset in offsets
            from length in lengths
            select new Operation(verb, which, offset, length);
        return Arb.From(Gen.ArrayOf(steps), Shorter);
    }

    private static int WeightOf(Verb verb) => verb switch
    {
        Verb.Close or Verb.Trim or Verb.Grow or Verb.Release or Verb.DisposeManager => 1,
        Verb.LeaseSpan => 6,
        _ => 4,
    };

    /// <summary>Histories with a part left out, long parts first.</summary>
    private static IEnumerable<Operation[]> Shorter(Operation[] history)
    {
        for (int part = Math.Max(history.Length / 2, 1); part >= 1 && history.Length > 0; part /= 2)
        {
            for (int at = 0; at < history.Length; at += part)
                yield return [.. history[..at], .. history[Math.Min(at + part, history.Length)..]];
        }
    }
}
