using Mmap.Spans.Tests.Leases.Scope;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

/// <summary>The compiler's verdict on programs that use a lease's span: the proof that its attribute stays.</summary>
public sealed class SpanLeaseScopeTests
{
    public static TheoryData<string, int> Table()
    {
        var rows = new TheoryData<string, int>();
        foreach (ScopeProgram program in ScopeCompiler.Programs.Values)
            for (int version = Math.Max(program.Since, ScopeCompiler.First); version <= ScopeCompiler.Last; version++)
                rows.Add(program.Name, version);
        return rows;
    }

    [Theory, MemberData(nameof(Table))]
    public void TheCompilerRefusesWhatOutlivesItsLease(string program, int version) =>
        Assert.Equal(ScopeCompiler.Programs[program].Errors, ScopeCompiler.Errors(program, version));
}
