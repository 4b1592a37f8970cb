namespace Mmap.Spans.Tests.Pipelines;

/// <summary>One step; a count beyond what is shown means all of it.</summary>
internal readonly record struct Step(Kind Kind, int Consumed, int Examined);

/// <summary>The operations on a reader.</summary>
internal enum Kind
{
    Read,
    TryRead,
    ReadAtLeast,
    Advance,
    AdvanceNowhere,
    AdvanceElsewhere,
    Cancel,
    CanceledRead,
    Complete,
}
