using Mmap.Spans.Analyzers.Fixes;
using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>MMS001.</summary>
public sealed class UndisposedTests
{
    [Theory]
    [InlineData("void M(MappedFile f) => Use({|MMS001:f.LeaseSpan(0, 8)|}.Span);")]
    [InlineData("int M(MappedFile f) => {|MMS001:f.LeaseSpan(0, 8)|}.Span[0];")]
    [InlineData("void M(MappedFile f) { var s = {|MMS001:f.LeaseSpan(0, 8)|}.Span; Use(s); }")]
    [InlineData("void M(MappedFile f) { var l = {|MMS001:f.LeaseSpan(0, 8)|}; Use(l.Span); }")]
    [InlineData("void M(MappedFile f) { SpanLease l; l = {|MMS001:f.LeaseSpan(0, 8)|}; Use(l.Span); }")]
    [InlineData("static int H(in SpanLease l) => l.Span[0]; int M(MappedFile f) => H({|MMS001:f.LeaseSpan(0, 8)|});")]
    [InlineData(
        "static int H(in SpanLease l) => l.Span[0]; int M(MappedFile f) { var l = {|MMS001:f.LeaseSpan(0, "
        + "8)|}; return H(in l); }")]
    [InlineData("SpanLease R(MappedFile f) => f.LeaseSpan(0, 8); int M(MappedFile f) => {|MMS001:R(f)|}.Span[0];")]
    [InlineData("int M(MappedFile f) => {|MMS001:f.LeaseMemory(0, 8)|}.Span[0];")]
    [InlineData("void M(MappedFile f) { {|MMS001:f.LeaseMemory(0, 8)|}; }")]
    [InlineData("void M(MappedFile f) { _ = {|MMS001:f.LeaseMemory(0, 8)|}; }")]
    [InlineData("long M(MappedFile f) { var l = {|MMS001:f.LeaseSequence(0, 8)|}; return l.Sequence.Length; }")]
    [InlineData("bool M(MappedFile f) { var c = {|MMS001:f.CreateCursor()|}; return c.MoveTo(0) && c.Span[0] == 1; }")]
    [InlineData("bool M(WindowCursor c) => {|MMS001:c.Clone()|}.MoveTo(9);")]
    [InlineData("int M(MappedFile f) { var b = {|MMS001:f.CreateBuffer()|}; return b[0]; }")]
    [InlineData("int M(MappedFile f) { var s = {|MMS001:f.OpenStream()|}; return s.ReadByte(); }")]
    [InlineData("long M() { var f = {|MMS001:MappedFile.Open(\"a\")|}; return f.Length; }")]
    [InlineData("long M(MapManager m) => {|MMS001:m.Open(\"a\")|}.Length;")]
    [InlineData("long M() => {|MMS001:MapManager.Shared.Open(\"a\")|}.Length;")]
    [InlineData("readonly MapManager _m = new(); long M() => {|MMS001:_m.Open(\"a\")|}.Length;")]
    [InlineData("Action M(MappedFile f) => () => {|MMS001:f.LeaseMemory(0, 8)|};")]
    [InlineData("bool M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; return l == null; }")]
    [InlineData("bool M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; return l is not null; }")]
    [InlineData("string M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; return nameof(l); }")]
    [InlineData("MapManager Own { get; } = new(); long M() => {|MMS001:Own.Open(\"a\")|}.Length;")]
    public Task WhatIsNeverDisposedIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData("void M(MappedFile f) { using var l = f.LeaseSpan(0, 8); Use(l.Span); }")]
    [InlineData("void M(MappedFile f) { using (f.LeaseMemory(0, 8)) { } }")]
    [InlineData("void M(MappedFile f) { using (var l = f.LeaseSpan(0, 8)) Use(l.Span); }")]
    [InlineData("void M(MappedFile f) { var l = f.LeaseSpan(0, 8); try { Use(l.Span); } finally { l.Dispose(); } }")]
    [InlineData("void M(MappedFile f) { f.LeaseSpan(0, 8).Dispose(); f.CreateCursor().Dispose(); }")]
    [InlineData("SpanLease M(MappedFile f) => f.LeaseSpan(0, 8);")]
    [InlineData("SpanLease M(MappedFile f) { var l = f.LeaseSpan(0, 8); Use(l.Span); return l; }")]
    [InlineData("void M(MappedFile f, out SpanLease l) => l = f.LeaseSpan(0, 8);")]
    [InlineData("MemoryLease _l; void M(MappedFile f) { _l = f.LeaseMemory(0, 8); }")]
    [InlineData("void M(MappedFile f, List<MemoryLease> all) { all.Add(f.LeaseMemory(0, 8)); }")]
    [InlineData("void M(MappedFile f) { var l = f.LeaseMemory(0, 8); Keep(l); }")]
    [InlineData("MemoryLease[] M(MappedFile f) => new[] { f.LeaseMemory(0, 8), f.LeaseMemory(8, 8) };")]
    [InlineData("void M(MappedFile f) { var l = f.LeaseMemory(0, 8); Task.Run(() => { using (l) Use(l.Span); }); }")]
    [InlineData(
        "void M(MappedFile f) { MemoryLease l = null; try { l = f.LeaseMemory(0, 8); } finally { "
        + "l?.Dispose(); } }")]
    [InlineData("readonly WindowCursor _c; Program(MappedFile f) { _c = f.CreateCursor(); }")]
    [InlineData("Func<MemoryLease> M(MappedFile f) => () => f.LeaseMemory(0, 8);")]
    [InlineData("void M(MappedFile f) { using var r = new StreamReader(f.OpenStream()); }")]
    [InlineData("async Task M(MappedFile f) { await using var s = f.OpenStream(); s.ReadByte(); }")]
    [InlineData("void M(MappedFile f) { var s = f.OpenStream(); s.Close(); }")]
    [InlineData("long M() { using var m = new MapManager(); return m.Open(\"a\").Length; }")]
    [InlineData("long M() { var m = new MapManager(); try { return m.Open(\"a\").Length; } finally { m.Dispose(); } }")]
    [InlineData(
        "readonly MapManager _m = new(); long M() => _m.Open(\"a\").Length; public void Dispose() => "
        + "_m.Dispose();")]
    [InlineData(
        "MapManager Own { get; } = new(); long M() => Own.Open(\"a\").Length; public void Dispose() => "
        + "Own.Dispose();")]
    [InlineData(
        "static MapManager Shared { get; } = new(); long M() => Shared.Open(\"a\").Length; static void End() => "
        + "Shared.Dispose();")]
    [InlineData("Action M(MappedFile f) { var l = f.LeaseMemory(0, 8); Use(l.Span); return l.Dispose; }")]
    [InlineData(
        "void M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; Use(l.Span); r.Dispose(); }")]
    [InlineData(
        "static void End(in SpanLease l) => l.Dispose(); void M(MappedFile f) { var l = f.LeaseSpan(0, 8); "
        + "Use(l.Span); End(in l); End(f.LeaseSpan(0, 8)); }")]
    [InlineData(
        "static void End(ref readonly SpanLease l) { using (l) Use(l.Span); } void M(MappedFile f) { "
        + "var l = f.LeaseSpan(0, 8); Use(l.Span); End(in l); }")]
    [InlineData("MappedFile Sample(MapManager m) => m.Open(\"a\"); long M(MapManager m) => Sample(m).Length;")]
    public Task WhatIsDisposedOrHandedOnIsNot(string members) => Verify.Members(members);

    [Theory]
    [InlineData("void M(MappedFile f, bool b) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; if (b) l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; if (b) l.Dispose(); Keep(f); }")]
    [InlineData("void M(MappedFile f, bool b) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; if (b) return; l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = {|MMS001:f.LeaseSpan(0, b ? 8 : 9)|}; if (b) return; l.Dispose(); }")]
    [InlineData(
        "int M(MappedFile f, bool b) { SpanLease l; l = {|MMS001:f.LeaseSpan(0, 8)|}; if (b) return 1; "
        + "l.Dispose(); return 0; }")]
    [InlineData(
        "void M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; Use(l.Span); l = f.LeaseMemory(8, 8); "
        + "Use(l.Span); l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var l = {|MMS001:f.LeaseSpan(0, 8)|}; Use(l.Span); l = default; l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var l = {|MMS001:f.LeaseSpan(0, 8)|}; if (l.Span[0] == 0) throw new "
        + "InvalidDataException(); l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { for (long at = 0; at < 9; at++) { var l = {|MMS001:f.LeaseSpan(at, 8)|}; "
        + "if (l.Span[0] == 0) continue; l.Dispose(); } }")]
    [InlineData(
        "void M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; try { Use(l.Span); } "
        + "catch (IOException) { return; } l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var l = {|MMS001:f.LeaseMemory(0, 8)|}; try { Use(l.Span); } "
        + "catch { l.Dispose(); throw; } }")]
    [InlineData(
        "bool M(MappedFile f) { var c = {|MMS001:f.CreateCursor()|}; if (!c.MoveTo(0)) return false; "
        + "c.Dispose(); return true; }")]
    [InlineData("void M(bool b) { var f = {|MMS001:MappedFile.Open(\"a\")|}; if (b) return; f.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, int n) { var l = {|MMS001:f.LeaseSpan(0, 8)|}; do { if (l.Span[n] == 0) { l.Dispose(); "
        + "break; } } while (--n > 0); }")]
    public Task WhatAPathLeavesOpenIsReported(string members) => Verify.Members(members);

    /// <summary>A second condition, a flag or a test for null, may make the open way impossible.</summary>
    [Theory]
    [InlineData(
        "void M(MappedFile f, bool b) { MemoryLease l = null; if (b) l = f.LeaseMemory(0, 8); Keep(f); "
        + "if (b) l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) l.Dispose(); Keep(f); "
        + "if (!b) l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, int n) { var l = f.LeaseSpan(0, 8); bool open = true; while (open) { "
        + "if (n-- == 0) { l.Dispose(); open = false; } } }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); bool done = false; if (b) { l.Dispose(); "
        + "done = true; } if (done) return; l.Dispose(); }")]
    [InlineData("void M(MappedFile f) { var l = f.LeaseMemory(0, 8); if (l != null) l.Dispose(); }")]
    [InlineData("void M(MappedFile f) { var l = f.LeaseMemory(0, 8); if (l is { Length: > 0 }) l.Dispose(); }")]
    [InlineData("void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); Keep(f); l?.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { MemoryLease l = null; for (int i = 0; i < 9; i++) { l?.Dispose(); "
        + "l = f.LeaseMemory(i, 8); Use(l.Span); } l?.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) { l.Dispose(); return; } l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); try { if (b) return; Use(l.Span); "
        + "throw new IOException(); } finally { l.Dispose(); } }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) { Keep(l); return; } l.Dispose(); }")]
    [InlineData(
        "MemoryLease M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) return l; l.Dispose(); "
        + "return null; }")]
    [InlineData(
        "MemoryLease M(MappedFile f) { var l = f.LeaseMemory(0, 8); try { Use(l.Span); } "
        + "catch { l.Dispose(); throw; } return l; }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); Action end = () => l.Dispose(); "
        + "if (b) end(); else end(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) { End(); return; } l.Dispose(); "
        + "void End() => l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, DayOfWeek d) { var l = f.LeaseMemory(0, 8); switch (d) { case DayOfWeek.Monday: "
        + "l.Dispose(); break; case DayOfWeek.Sunday: Use(l.Span); l.Dispose(); break; } }")]
    [InlineData(
        "int M(MappedFile f, int d) { var l = f.LeaseMemory(0, 8); int n = d switch { 0 => 1, 1 => 2 }; l.Dispose(); "
        + "return n; }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); if (b) Environment.FailFast(null); else "
        + "l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseMemory(0, 8); while (b) { if (l.Span[0] == 0) { l.Dispose(); "
        + "l = f.LeaseMemory(8, 8); } else b = false; } l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var l = f.LeaseMemory(0, 8); try { Use(l.Span); l.Dispose(); } "
        + "catch (IOException) { } Keep(f); }")]
    public Task WhatMayBeDisposedOnEveryPathIsNot(string members) => Verify.Members(members);

    [Fact]
    public Task ALocalGetsUsing() => Verify.Fix<UsingFix>(
        """
            void M(MappedFile f)
            {
                // The header.
                SpanLease l = {|MMS001:f.LeaseSpan(0, 8)|};
                Use(l.Span);
            }
        """,
        """
            void M(MappedFile f)
            {
                // The header.
                using SpanLease l = f.LeaseSpan(0, 8);
                Use(l.Span);
            }
        """);

    [Fact]
    public Task AnArgumentBecomesALocalWithUsing() => Verify.Fix<UsingFix>(
        """
            void M(MappedFile f)
            {
                // The header.
                Use({|MMS001:f.LeaseSpan(0, 8)|}.Span);
            }
        """,
        """
            void M(MappedFile f)
            {
                // The header.
                using SpanLease lease = f.LeaseSpan(0, 8);
                Use(lease.Span);
            }
        """);

    [Fact]
    public Task AnInitializerBecomesALocalWithUsingOfAFreeName() => Verify.Fix<UsingFix>(
        """
            int M(MappedFile f, int lease)
            {
                ReadOnlySpan<byte> s = {|MMS001:f.LeaseSpan(lease, 8)|}.Span;
                return s[0];
            }
        """,
        """
            int M(MappedFile f, int lease)
            {
                using SpanLease lease2 = f.LeaseSpan(lease, 8);
                ReadOnlySpan<byte> s = lease2.Span;
                return s[0];
            }
        """);

    [Theory]
    [InlineData("    int M(MappedFile f, bool b) { return b ? {|MMS001:f.LeaseSpan(0, 8)|}.Span[0] : 0; }")]
    [InlineData("    int M(MappedFile f) => {|MMS001:f.LeaseSpan(0, 8)|}.Span[0];")]
    [InlineData("    void M(MappedFile f) { while ({|MMS001:f.LeaseSpan(0, 8)|}.Span[0] != 0) { } }")]
    [InlineData(
        "    void M(MappedFile f) { var l = {|MMS001:f.LeaseSpan(0, 8)|}; l = {|MMS001:f.LeaseSpan(8, 8)|}; "
        + "Use(l.Span); }")]
    public Task WhatUsingWouldBreakIsNotOffered(string members) => Verify.Fix<UsingFix>(members, members);
}
