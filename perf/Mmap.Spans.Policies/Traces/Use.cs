namespace Mmap.Spans.Policies.Traces;

/// <summary>One use of one region: a burst of touches, in pieces between which other readers get their turn.</summary>
internal readonly record struct Use(int Region, int Pieces);
