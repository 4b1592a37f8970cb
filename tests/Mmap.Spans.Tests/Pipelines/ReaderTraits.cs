namespace Mmap.Spans.Tests.Pipelines;

/// <summary>
/// The allowed differences between the readers of one contract. The list is complete: every other behaviour is asserted
/// to be the same for all.
/// </summary>
/// <remarks>
/// <code>
///                          Sequence      Stream     ours      why ours
///   ShowsAllAtOnce         yes           no         no        a file may be longer than the memory
///   TryReadMayRead         (has all)     no         yes       a mapping needs no waiting for, and a consumer that
///                                                             examined everything must get on with TryRead alone
///   HonoursTokens          no            yes        yes       the caller said stop
///   KnowsTheEnd            yes           no         yes       a file has a length, a stream ends when a read gives 0
///   CopyingConsumes        yes           no         yes       what was copied is not shown again; the framework's
///                                                             reader of a stream shows what it had in its buffer
///   CopyingTakesCancel     yes           no         yes       a cancellation shows once, by copying too
///   KeepsWhatIsShown       yes           yes        yes       what is not consumed is in memory still; under guard
///                                                             no: every end of a buffer is an end, to be found out
///   NowhereIsNothing       no            yes        yes       a default position names no byte; the framework's reader
///                                                             of a sequence takes it for the start, consumed or not
///   PositionElsewhere      (InvalidCast, both)      Invalid-  one exception for every wrong position, and never
///   PositionConsumed       OutOfRange    accepted   Operation bytes that were given back already
/// </code>
/// </remarks>
/// <param name="ShowsAllAtOnce">True if the first read shows everything.</param>
/// <param name="TryReadMayRead">True if TryRead gets bytes that no read has shown before.</param>
/// <param name="HonoursTokens">True if a cancelled token cancels a read.</param>
/// <param name="KnowsTheEnd">True if every buffer that reaches the end has IsCompleted.</param>
/// <param name="CopyingConsumes">True if nothing is left after copying.</param>
/// <param name="CopyingTakesCancel">True if the read after a cancelled copying is a normal one.</param>
/// <param name="KeepsWhatIsShown">True if a cancelled read shows the unconsumed bytes again.</param>
/// <param name="NowhereIsNothing">True if advancing to a default position never has an effect.</param>
/// <param name="PositionElsewhere">The exception of AdvanceTo for a position of another buffer.</param>
/// <param name="PositionConsumed">The exception of AdvanceTo for a position before the buffer; null if it is
/// accepted.</param>
public sealed record ReaderTraits(
    bool ShowsAllAtOnce,
    bool TryReadMayRead,
    bool HonoursTokens,
    bool KnowsTheEnd,
    bool CopyingConsumes,
    bool CopyingTakesCancel,
    bool KeepsWhatIsShown,
    bool NowhereIsNothing,
    Type PositionElsewhere,
    Type? PositionConsumed)
{
    public static ReaderTraits Sequence { get; } =
        new(true, true, false, true, true, true, true, false, typeof(InvalidCastException),
            typeof(ArgumentOutOfRangeException));

    public static ReaderTraits Stream { get; } =
        new(false, false, true, false, false, false, true, true, typeof(InvalidCastException), null);

    public static ReaderTraits Ours { get; } =
        new(false, true, true, true, true, true, true, true, typeof(InvalidOperationException),
            typeof(InvalidOperationException));

    public static ReaderTraits OursGuarded { get; } = Ours with { KeepsWhatIsShown = false };
}
