using Microsoft.CodeAnalysis;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Every type and member of the library is named somewhere.</summary>
public sealed class UnreferencedTests
{
    [Fact]
    public void EveryInternalIsNamedSomewhere() =>
        Exemptions.Check(
            "Unreferenced",
            "older than the rule",
            Unreferenced.Find(LibraryCode.Compilation, Repository.Trees));

    [Fact]
    public void WhatNobodyNamesIsFound()
    {
        SyntaxTree tree = Repository.Parse(new("a.cs", """
            [System.Diagnostics.DebuggerDisplay("{Shown}")]
            public class Seen { public int A; internal int B; internal int C => 1; private void D() => B++; int Shown; }
            internal class Unseen : IDisposable
            {
                public void Dispose() { }
                public override string ToString() => "";
                public int E;
            }
            internal interface IUnused { void F(); }
            """));
        IEnumerable<Finding> found = Unreferenced.Find(LibraryCode.Compile([tree]), [tree]);
        Assert.Equal(
            ["IUnused", "IUnused.F()", "Seen.C", "Seen.D()", "Unseen", "Unseen.E"],
            found.Select(finding => finding.Key).Order(StringComparer.Ordinal));
    }
}
