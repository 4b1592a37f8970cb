namespace Mmap.Spans.Tests.Model;

/// <summary>What a step of a random history does.</summary>
public enum Verb
{
    Open,
    Close,
    LeaseMemory,
    LeaseSequence,
    LeaseSpan,
    EndLease,
    CreateCursor,
    MoveCursor,
    ReleaseCursor,
    CloneCursor,
    ReadBuffer,
    Read,
    Trim,
    Grow,
    Release,
    DisposeManager,
}

/// <summary>
/// A step of a random history. The numbers choose among what there is when the step comes, so any part of a history
/// is a history too, and shrinking may leave out what it likes.
/// </summary>
/// <param name="Verb">What is done.</param>
/// <param name="Which">To which file, lease or cursor.</param>
/// <param name="At">At which offset.</param>
/// <param name="Length">Over how many bytes.</param>
public sealed record Operation(Verb Verb, int Which, int At, int Length);
