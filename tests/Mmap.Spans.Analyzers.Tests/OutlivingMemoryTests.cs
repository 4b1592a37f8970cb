using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>MMS003.</summary>
public sealed class OutlivingMemoryTests
{
    [Theory]
    [InlineData(
        "ReadOnlyMemory<byte> _m; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _m = "
        + "{|MMS003:l.Memory|}; }")]
    [InlineData(
        "ReadOnlyMemory<byte> _m; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var m = "
        + "l.Memory; _m = {|MMS003:m.Slice(1)|}; }")]
    [InlineData(
        "ReadOnlyMemory<byte> _m; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _m = "
        + "{|MMS003:l.Memory[..4]|}; }")]
    [InlineData(
        "ReadOnlyMemory<byte> _m; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var m = "
        + "l.Memory[1..]; _m = {|MMS003:m[1..^1].Slice(1)|}; }")]
    [InlineData(
        "ReadOnlySequence<byte> _s; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _s = "
        + "{|MMS003:new ReadOnlySequence<byte>(l.Memory[1..])|}; }")]
    [InlineData(
        "void M(MappedFile f, List<ReadOnlyMemory<byte>> all) { using var l = f.LeaseMemory(0, 8); "
        + "all.Add({|MMS003:l.Memory[..4]|}); }")]
    [InlineData("MemoryLease _l; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _l = {|MMS003:l|}; }")]
    [InlineData(
        "ReadOnlySequence<byte> S { get; set; } void M(MappedFile f) { using var l = f.LeaseSequence(0, 8); "
        + "S = {|MMS003:l.Sequence|}; }")]
    [InlineData(
        "void M(MappedFile f, List<ReadOnlyMemory<byte>> all) { using var l = f.LeaseMemory(0, 8); "
        + "all.Add({|MMS003:l.Memory|}); }")]
    [InlineData(
        "void M(MappedFile f, ReadOnlyMemory<byte>[] all) { using var l = f.LeaseMemory(0, 8); all[0] = "
        + "{|MMS003:l.Memory|}; }")]
    [InlineData("Func<int> M(MappedFile f) { using var l = f.LeaseMemory(0, 8); return () => {|MMS003:l|}.Length; }")]
    [InlineData(
        "Func<int> _f; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var m = l.Memory; _f = () "
        + "=> {|MMS003:m|}.Length; }")]
    [InlineData("void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); Task.Run(() => Use({|MMS003:l|}.Span)); }")]
    [InlineData(
        "Task C(ReadOnlyMemory<byte> m) => Task.CompletedTask; Task M(MappedFile f) { using var l = "
        + "f.LeaseMemory(0, 8); return C({|MMS003:l.Memory|}); }")]
    [InlineData(
        "void M(MappedFile f, out ReadOnlyMemory<byte> m) { using var l = f.LeaseMemory(0, 8); m = "
        + "{|MMS003:l.Memory|}; }")]
    [InlineData(
        "void M(MappedFile f, ref MemoryLease m) { using var l = f.LeaseMemory(0, 8); m = {|MMS003:l|}; }")]
    [InlineData("object _o; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _o = {|MMS003:l.Memory|}; }")]
    [InlineData("IDisposable _d; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _d = {|MMS003:l|}; }")]
    public Task MemoryThatIsKeptBeyondItsLeaseIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData(
        "ReadOnlyMemory<byte> _m; MemoryLease _l; void M(MappedFile f) { _l = f.LeaseMemory(0, 8); _m = "
        + "_l.Memory; }")]
    [InlineData("byte[] _b; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _b = l.Memory.ToArray(); }")]
    [InlineData("byte[] _b; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _b = l.Memory[1..].ToArray(); }")]
    [InlineData(
        "ReadOnlySequence<byte> _s; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _s = "
        + "new ReadOnlySequence<byte>(l.Memory.ToArray()); }")]
    [InlineData("int _n; void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); _n = l.Memory.Length; }")]
    [InlineData(
        "void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var all = new "
        + "List<ReadOnlyMemory<byte>>(); all.Add(l.Memory); }")]
    [InlineData("int M(MappedFile f) { using var l = f.LeaseMemory(0, 8); Func<int> n = () => l.Length; return n(); }")]
    [InlineData("async Task M(MappedFile f) { using var l = f.LeaseMemory(0, 8); await Task.Run(() => Use(l.Span)); }")]
    [InlineData(
        "async Task M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var t = Task.Run(() => "
        + "Use(l.Span)); await t; }")]
    [InlineData(
        "async Task M(MappedFile f, Stream s) { using var l = f.LeaseMemory(0, 8); await "
        + "s.WriteAsync(l.Memory).ConfigureAwait(false); }")]
    [InlineData("void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); Task.Run(() => Use(l.Span)).Wait(); }")]
    [InlineData(
        "void M(MappedFile f) { using var l = f.LeaseMemory(0, 8); Parallel.For(0, 8, i => "
        + "Use(l.Span.Slice(i, 1))); }")]
    [InlineData(
        "async Task M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var all = new List<Task>(); for "
        + "(int i = 0; i < 8; i++) all.Add(Task.Run(() => Use(l.Span))); await Task.WhenAll(all); }")]
    public Task MemoryThatEndsWithItsLeaseIsNot(string members) => Verify.Members(members);
}
