using System.Diagnostics.CodeAnalysis;
using System.Reflection;
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

    /// <summary>The table is of one type; another one that hands out spans needs the attribute, too.</summary>
    [Fact]
    public void EverySpanOfEachPublicRefStructIsBoundToItsVariable()
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        MemberInfo[] spans =
        [
            .. from type in typeof(MappedFile).Assembly.GetExportedTypes()
               where type.IsByRefLike
               from member in type.GetMembers(Own)
               let given = (member as PropertyInfo)?.PropertyType ?? (member as MethodInfo)?.ReturnType
               where given is { IsByRef: true } || (given is { IsGenericType: true }
                   && (given.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>)
                       || given.GetGenericTypeDefinition() == typeof(Span<>)))
               where member is not MethodInfo { IsSpecialName: true }
               select member,
        ];
        Assert.Equal(["SpanLease.Span"], spans.Select(member => $"{member.DeclaringType!.Name}.{member.Name}"));
        Assert.All(spans, member => Assert.NotNull(member.GetCustomAttribute<UnscopedRefAttribute>()));
    }
}
