namespace Mmap.Spans.Analyzers;

/// <summary>The destination of a value at the place where it is made.</summary>
internal enum Fate
{
    /// <summary>It is returned, stored or passed on: another owner must end it.</summary>
    Elsewhere,

    /// <summary>A local holds it.</summary>
    Local,

    /// <summary>Only the expression around it holds it, or nothing.</summary>
    Lost,
}
