using Microsoft.CodeAnalysis;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary><c>Order:</c> and <c>SAFETY:</c> at their sites.</summary>
public sealed class SentenceTests
{
    [Fact]
    public void AtomicOperationsSayTheirOrder() =>
        Exemptions.Check("Order", "older than the rule", Repository.ShippedTrees.SelectMany(Sentences.WithoutOrder));

    [Fact]
    public void WhatTheCompilerDoesNotCheckSaysWhyItIsSafe() =>
        Exemptions.Check("Safety", "older than the rule", Repository.ShippedTrees.SelectMany(Sentences.WithoutSafety));

    [Theory]
    [InlineData("// Order: none.\n\n\n\n\n\nInterlocked.Increment(ref i);", 0)]
    [InlineData("// Order: none.\n\n\n\n\n\n\nInterlocked.Increment(ref i);", 1)]
    [InlineData("Volatile.Write(ref i, 1); // Order: none.", 0)]
    [InlineData("Volatile.Write(ref i, 1);\nInterlocked.MemoryBarrier();", 2)]
    public void ASiteWithoutItsOrderIsFound(string code, int count) =>
        Assert.Equal(count, Sentences.WithoutOrder(Parse(code)).Count());

    [Theory]
    [InlineData("// SAFETY: none.\n\n\n\n\n\n\n\nUnsafe.Add(ref i, 1);", 0)]
    [InlineData("// SAFETY: none.\n\n\n\n\n\n\n\n\nUnsafe.Add(ref i, 1);", 1)]
    [InlineData("MemoryMarshal.Read<int>(s);\n\nunsafe { }\n[LibraryImport(\"c\")] static extern void F();", 3)]
    [InlineData("// SAFETY: none.\n[DllImport(\"c\")] static extern unsafe void F();", 0)]
    [InlineData("i++;", 0)]
    public void ASiteWithoutItsSafetyIsFound(string code, int count) =>
        Assert.Equal(count, Sentences.WithoutSafety(Parse(code)).Count());

    private static SyntaxTree Parse(string code) => Repository.Parse(new("a.cs", code));
}
