namespace Mmap.Spans.Scheduled.Histories;

/// <summary>One operation on a window, and the moments between which it took effect.</summary>
public readonly record struct Operation(OperationKind Kind, long Serial, int Begin, int End)
{
    public override string ToString() => $"{Kind}{(Serial != 0 ? $" {Serial}" : "")} [{Begin}..{End}]";
}
