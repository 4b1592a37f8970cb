using System.Diagnostics;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// Where a pipe reader stands: offsets in the file, from which the next buffer follows. Arithmetic only.
/// </summary>
/// <remarks><code>
///   start                Consumed        Examined        Offered                         End
///     |------ done --------|------------------|---------------|-----------------------------|
///                          [ the next buffer begins here, and ends at or after Offered,
///                            after Examined, or at End                                    ]
/// </code>
/// What was offered once and not consumed is offered again. Only what was examined to its end calls for more, so that
/// who waits for a longer record gets it, and who has not looked yet gets the same bytes.
/// </remarks>
internal struct ReadState(long start, long end)
{
    /// <summary>One past the last byte that was asked for ahead of the reads.</summary>
    private long _ahead = start;

    /// <summary>The first byte not consumed.</summary>
    public long Consumed { get; private set; } = start;

    /// <summary>One past the last byte that the consumer has looked at.</summary>
    public long Examined { get; private set; } = start;

    /// <summary>One past the last byte shown so far.</summary>
    public long Offered { get; private set; } = start;

    /// <summary>One past the last byte there is to read.</summary>
    public long End { get; } = end;

    /// <summary>Whether a buffer from <see cref="Consumed"/> to that offset shows enough.</summary>
    public readonly bool IsEnough(long bufferEnd) =>
        bufferEnd == End || (bufferEnd >= Offered && bufferEnd > Examined);

    /// <summary>Notes that bytes up to that offset are shown.</summary>
    public void Offer(long bufferEnd)
    {
        Offered = Math.Max(Offered, bufferEnd);
        AssertInvariants();
    }

    /// <summary>
    /// Notes what the consumer is done with and what it has seen; seen is at least what it is done with.
    /// </summary>
    public void Advance(long consumed, long examined)
    {
        Debug.Assert(consumed >= Consumed, "The reader refuses positions before the start of the buffer.");
        Consumed = consumed;
        Examined = Math.Max(consumed, examined);
        AssertInvariants();
    }

    /// <summary>
    /// The bytes after those shown that are now to be read ahead and were not asked for before; may be none.
    /// </summary>
    /// <param name="length">How far ahead to be, in bytes.</param>
    public FileRange TakeAhead(long length)
    {
        long from = Math.Max(Offered, _ahead);
        _ahead = Math.Max(from, Offered + Math.Min(length, End - Offered));
        return new FileRange(from, _ahead - from);
    }

    /// <summary>
    /// Takes all that is not consumed as not looked at: the next buffer may be what was shown before.
    /// </summary>
    public void TakeBackExamined()
    {
        Examined = Consumed;
        AssertInvariants();
    }

    [Conditional("DEBUG")]
    private readonly void AssertInvariants()
    {
        Debug.Assert(Consumed <= Examined, "Whatever is consumed was examined.");
        Debug.Assert(Examined <= Offered, "Only what is shown can be examined.");
        Debug.Assert(Offered <= End, "Nothing is shown past the end of the range.");
    }
}
