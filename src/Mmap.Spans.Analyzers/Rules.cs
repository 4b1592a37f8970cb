using Microsoft.CodeAnalysis;

namespace Mmap.Spans.Analyzers;

/// <summary>The rules; the README of this folder describes each.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor Undisposed = new(
        "MMS001",
        "A lease, view or file is never disposed",
        "The {0} that '{1}' makes is {2}; {3}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "Nothing ends a lease, a cursor or a buffer but Dispose: no finalizer does. What it pins stays in memory, "
        + "and the budget counts it." + Page);

    public static readonly DiagnosticDescriptor Moved = new(
        "MMS002",
        "A cursor's span is used after the cursor has moved",
        "'{0}' shows bytes that the cursor may have let go at '{1}'",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "The span of a cursor is valid until the next MoveTo, GetSpan, Release or Dispose. "
        + "The memory may be unmapped then." + Page);

    public static readonly DiagnosticDescriptor Outliving = new(
        "MMS003",
        "Memory outlives its lease",
        "'{0}' outlives its lease, which ends with its block",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "The memory of a lease throws, and its span may end the process, once the lease is disposed. "
        + "Return, store or hand on the lease itself, or a copy of the bytes." + Page);

    public static readonly DiagnosticDescriptor Ended = new(
        "MMS004",
        "A span is used after its lease has been disposed",
        "'{0}' is used after its lease has ended at '{1}'",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "Dispose ends the lease, also where it is called on a copy. The memory may be unmapped afterwards, "
        + "and touching it can end the process." + Page);

    public static readonly DiagnosticDescriptor Uncompleted = new(
        "MMS005",
        "A pipe reader is not completed",
        "The reader that '{0}' makes is {1}; it pins its windows for ever",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A pipe reader pins the windows that it shows until Complete or CompleteAsync. Call it in a finally."
        + Page);

    private const string Category = "Mmap.Spans.Lifetime";

    /// <summary>The packages have no public address to link to; the page lies in the package.</summary>
    private const string Page =
        " RULES.md in the package Mmap.Spans has examples, the fix, and what the rule does not see.";
}
