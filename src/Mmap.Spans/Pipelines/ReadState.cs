using System.Diagnostics;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// The position of a pipe reader: offsets in the file, from which the next buffer follows. Arithmetic only.
/// </summary>
/// <remarks><code>
///   start                Consumed        Examined        Offered                         End
///     |------ done --------|------------------|---------------|-----------------------------|
///                          [ the next buffer begins here, and ends at or after Offered,
///                            after Examined, or at End                                    ]
/// </code>
/// Bytes that were offered and not consumed are offered again. Only a buffer examined to its end grows: a consumer that
/// waits for a longer record gets more, and one that has not looked yet gets the same bytes.
/// </remarks>
internal struct ReadState(long start, long end)
{
    /// <summary>One past the last byte of the read-ahead so far.</summary>
    private long _ahead = start;

    /// <summary>The first byte not consumed.</summary>
    public long Consumed { get; private set; } = start;

    /// <summary>One past the last byte that the consumer has examined.</summary>
    public long Examined { get; private set; } = start;

    /// <summary>One past the last byte shown so far.</summary>
    public long Offered { get; private set; } = start;

    /// <summary>One past the last byte to read.</summary>
    public long End { get; } = end;

    /// <summary>True if a buffer from <see cref="Consumed"/> to that offset is long enough.</summary>
    public readonly bool IsEnough(long bufferEnd) =>
        bufferEnd == End || (bufferEnd >= Offered && bufferEnd > Examined);

    /// <summary>Records that bytes up to that offset are shown.</summary>
    public void Offer(long bufferEnd)
    {
        Offered = Math.Max(Offered, bufferEnd);
        AssertInvariants();
    }

    /// <summary>Records the consumed and the examined bytes; at least the consumed ones are examined.</summary>
    public void Advance(long consumed, long examined)
    {
        Debug.Assert(consumed >= Consumed, "The reader refuses positions before the start of the buffer.");
        Consumed = consumed;
        Examined = Math.Max(consumed, examined);
        AssertInvariants();
    }

    /// <summary>Returns the range to read ahead: bytes after those shown, each range once; may be empty.</summary>
    /// <param name="length">The distance to be ahead, in bytes.</param>
    public FileRange TakeAhead(long length)
    {
        long from = Math.Max(Offered, _ahead);
        _ahead = Math.Max(from, Offered + Math.Min(length, End - Offered));
        return new FileRange(from, _ahead - from);
    }

    /// <summary>
    /// Treats all unconsumed bytes as unexamined: the next buffer may show the same bytes again.
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
