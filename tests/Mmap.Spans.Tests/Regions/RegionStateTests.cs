using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>
/// The table of <see cref="RegionState"/>, restated by <see cref="Word"/> in plain code: every word that can be reached
/// is tried with every method, so each row works and every other move is refused with nothing changed.
/// </summary>
public class RegionStateTests
{
    private enum Life
    {
        Loading,
        Live,
        Retiring,
        Retired,
    }

    /// <summary>The fields of the word.</summary>
    private readonly record struct Word(
        Life Life, long References, bool Closing = false, bool Parked = false, bool Waiting = false)
    {
        public override string ToString() =>
            $"{Life}{(Closing ? " closing" : "")}{(Parked ? " parked" : "")}, references: {References}";
    }

    /// <summary>One method: the real one, and its row in the table.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="May">The states in which it may be called.</param>
    /// <param name="Real">Calls it; a method without an answer gives false.</param>
    /// <param name="Row">The answer and the word afterwards.</param>
    private sealed record Move(string Name, Func<Word, bool> May, Real Real, Func<Word, (bool Answer, Word After)> Row);

    private delegate bool Real(ref RegionState state);

    private static readonly Move[] s_moves =
    [
        new("TryReference", w => w.References < 3, (ref s) => s.TryReference(), w => w switch
        {
            { Closing: true } or { Life: Life.Retired } => (false, w),
            { Life: Life.Retiring } => (true, w with { Life = Life.Live, References = 1 }),
            _ => (true, w with { References = w.References + 1 }),
        }),
        new("TryRescue", _ => true, (ref s) => s.TryRescue(), w => w switch
        {
            { Closing: true } => (false, w),
            { Life: Life.Retiring } => (true, w with { Life = Life.Live }),
            _ => (w.Life == Life.Live, w),
        }),
        new("Release", w => w.References > 0, (ref s) => Release(ref s), w =>
            (w is { References: 1, Life: Life.Live }
                && (w.Closing || w.Parked), w with { References = w.References - 1 })),
        new("Publish", w => w.Life == Life.Loading, (ref s) => s.Publish(), w =>
            (w.Waiting, w with { Life = Life.Live, Waiting = false })),
        new("Fail", w => w.Life == Life.Loading, (ref s) => s.Fail(), w =>
            (w.Waiting, w with { Life = Life.Retired, Waiting = false })),
        new("TryAnnounceWaiter", _ => true, (ref s) => s.TryAnnounceWaiter(), w =>
            w.Life == Life.Loading ? (true, w with { Waiting = true }) : (false, w)),
        new("TryMark", _ => true, (ref s) => s.TryMark(), w =>
            w is { Life: Life.Live, References: 0 }
                ? (true, w with { Life = Life.Retiring, Parked = true }) : (false, w)),
        new("Spare", _ => true, (ref s) => Spare(ref s), w =>
            (false, w.Life == Life.Retiring ? w with { Life = Life.Live } : w)),
        new("TryRetire", _ => true, (ref s) => s.TryRetire(), w =>
            w.Life == Life.Retiring ? (true, w with { Life = Life.Retired }) : (false, w)),
        new("Close", _ => true, (ref s) => s.Close(), w =>
            w.Life == Life.Retired ? (false, w) : (true, w with { Closing = true })),
        new("TryPark", _ => true, (ref s) => s.TryPark(), w =>
            w is { Life: Life.Live, References: > 0 } ? (true, w with { Parked = true }) : (false, w)),
        new("TryUnpark", _ => true, (ref s) => s.TryUnpark(), w =>
            w.Life == Life.Live && (w.References == 0 || !w.Parked) ? (true, w with { Parked = false }) : (false, w)),
        new("TryReferenceOpen", w => w.References < 3, (ref s) => s.TryReferenceOpen(), w =>
            w is { Life: Life.Live, Closing: false } ? (true, w with { References = w.References + 1 }) : (false, w)),
    ];

    [Fact]
    public void EveryRowOfTheTableWorksAndEveryOtherMoveIsRefused()
    {
        int words = Walk(RegionState.Shared(), new Word(Life.Loading, 1), s_moves);
        Assert.True(words > 40, $"Only {words} different words were reached; the walk is broken.");
    }

    [Fact]
    public void AnExactRegionEndsOnceAndOnlyByItsOneLease()
    {
        var end = new Move("TryEndExact", _ => true, (ref s) => s.TryEndExact(), w =>
            w is { Life: Life.Live, References: 1, Closing: true, Parked: false }
                ? (true, new Word(Life.Retired, 0, Closing: true)) : (false, w));
        // No sweeper ever sees an exact region, so only these can meet it.
        string[] possible =
            ["TryReference", "TryReferenceOpen", "TryRescue", "Publish", "Fail", "Close", "TryAnnounceWaiter"];
        int words = Walk(RegionState.Exact(), new Word(Life.Loading, 1, Closing: true),
            [.. s_moves.Where(move => possible.Contains(move.Name)), end]);
        Assert.True(words >= 5, $"Only {words} different words were reached; the walk is broken.");
    }

    [Fact]
    public void NoRegionOfTheGridEndsAsAnExactOne()
    {
        RegionState state = RegionState.Shared();
        state.Publish();
        Assert.False(state.TryEndExact());
        Assert.Equal("Live, references: 1", state.ToString());
    }

    /// <summary>All steps ignore the flag, and it stays set.</summary>
    [Fact]
    public void AWatchedRegionLivesAsOthersDoAndItsHazardsEndSlowly()
    {
        RegionState shared = RegionState.Shared(), exact = RegionState.Exact();
        shared.Publish(watched: true);
        exact.Publish(watched: true);
        Assert.True(shared.EndsSlowly && shared.IsOpen);
        Assert.False(shared.IsLeftToHazards);
        Assert.True(shared.Release(out ulong left));
        Assert.False(RegionState.IsToReport(left));
        Assert.True(shared.TryMark() && shared.TryReference() && !shared.TryRetire() && !shared.TryUnpark());
        Assert.True(shared.Release(out left) && RegionState.IsToReport(left));
        Assert.True(shared.TryMark() && shared.TryRetire());
        Assert.Equal("Retired parked watched, references: 0", shared.ToString());
        Assert.True(exact.TryEndExact());
        Assert.False(exact.TryEndExact());
        Assert.Equal("Retired closing watched, references: 0", exact.ToString());
    }

    [Fact]
    public void TheReferenceThatWouldOverflowIsRefusedAndChangesNothing()
    {
        RegionState state = RegionState.Shared();
        state.Publish();
        ref ulong word = ref Unsafe.As<RegionState, ulong>(ref state);
        word += uint.MaxValue - 2;
        Assert.True(state.TryReference());
        Assert.Equal(uint.MaxValue, state.References);

        Assert.Throws<InvalidOperationException>(() => state.TryReference());
        Assert.Equal(uint.MaxValue, state.References);
        Assert.True(state.IsLive);
        Assert.False(state.Release(out _));
        Assert.Equal(uint.MaxValue - 1, state.References);
    }

    private static bool Release(ref RegionState state) => state.Release(out ulong left) && RegionState.IsToReport(left);

    private static bool Spare(ref RegionState state)
    {
        state.Spare();
        return false;
    }

    /// <summary>Tries every move in every word that can be reached.</summary>
    /// <returns>The number of words.</returns>
    private static int Walk(RegionState first, Word firstWord, Move[] moves)
    {
        var seen = new HashSet<Word> { firstWord };
        var open = new Queue<(RegionState State, Word Word)>([(first, firstWord)]);
        while (open.TryDequeue(out (RegionState State, Word Word) from))
        {
            foreach (Move move in moves.Where(move => move.May(from.Word)))
            {
                RegionState state = from.State;
                bool answer = move.Real(ref state);
                (bool expected, Word after) = move.Row(from.Word);
                Assert.True(expected == answer, $"{from.Word}: {move.Name} said {answer}.");
                AssertIs(after, state, $"{from.Word}: {move.Name}");
                if (seen.Add(after)) open.Enqueue((state, after));
            }
        }

        return seen.Count;
    }

    private static void AssertIs(Word word, RegionState state, string how)
    {
        Assert.True(word.ToString() == state.ToString(), $"{how} gave {state} and not {word}.");
        Assert.Equal(word.References, state.References);
        Assert.Equal(word.Life == Life.Loading, state.IsLoading);
        Assert.Equal(word.Life == Life.Live, state.IsLive);
        Assert.Equal(word.Life == Life.Retiring, state.IsRetiring);
        Assert.Equal(word.Life == Life.Retired, state.IsRetired);
        Assert.Equal(word.Closing, state.IsClosing);
        Assert.Equal(word.Life == Life.Live && !word.Closing, state.IsOpen);
        Assert.Equal(word.Closing || word.Parked, state.EndsSlowly);
        Assert.Equal((word.Closing || word.Parked) && word.References == 0, state.IsLeftToHazards);
    }
}
