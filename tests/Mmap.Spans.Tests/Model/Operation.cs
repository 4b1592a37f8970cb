namespace Mmap.Spans.Tests.Model;

/// <summary>The action of a step of a random history.</summary>
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
/// A step of a random history. The numbers choose among the objects that exist at that step. So any part of a history
/// is a history too, and shrinking may leave out any step.
/// </summary>
/// <param name="Verb">The action.</param>
/// <param name="Which">To which file, lease or cursor.</param>
/// <param name="At">At which offset.</param>
/// <param name="Length">Over how many bytes.</param>
public sealed record Operation(Verb Verb, int Which, int At, int Length);
