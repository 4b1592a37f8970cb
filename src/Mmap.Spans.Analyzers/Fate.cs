namespace Mmap.Spans.Analyzers;

/// <summary>What becomes of a value at the place where it is made.</summary>
internal enum Fate
{
    /// <summary>It is returned, stored or handed on: somebody else's to end.</summary>
    Elsewhere,

    /// <summary>A local has it.</summary>
    Local,

    /// <summary>Nobody has it, or only the expression around it.</summary>
    Lost,
}
