using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>MMS002, MMS004, and of MMS003 what leaves its block by value.</summary>
public sealed class EndedViewTests
{
    [Theory]
    [InlineData("int M(WindowCursor c) { c.MoveTo(0); var s = c.Span; c.MoveTo(9); return {|MMS002:s|}[0]; }")]
    [InlineData("int M(WindowCursor c) { var s = c.Span.Slice(1); c.Release(); return {|MMS002:s|}[0]; }")]
    [InlineData("int M(WindowCursor c) { var s = c.Span[1..]; c.Dispose(); return {|MMS002:s|}[0]; }")]
    [InlineData("void M(WindowCursor c) { var s = c.Span; var t = s.Slice(1); c.Release(); Use({|MMS002:t|}); }")]
    [InlineData("int M(WindowCursor c, bool b) { var s = c.Span; if (b) c.MoveTo(9); return {|MMS002:s|}[0]; }")]
    [InlineData("void M(WindowCursor c) { var s = c.Span; while (c.MoveTo(9)) Use({|MMS002:s|}); }")]
    [InlineData("void M(WindowCursor c) { var s = c.Span; do { Use({|MMS002:s|}); } while (c.MoveTo(9)); }")]
    [InlineData(
        "void M(WindowCursor c) { ReadOnlySpan<byte> last = default; while (c.MoveTo(9)) last = c.Span; "
        + "Use({|MMS002:last|}); }")]
    [InlineData("void M(WindowCursor c) { var d = c; var s = c.Span; d.MoveTo(9); Use({|MMS002:s|}); }")]
    [InlineData("readonly WindowCursor _c; void M() { var s = _c.Span; _c.MoveTo(9); Use({|MMS002:s|}); }")]
    [InlineData("int M(WindowCursor c) { ref readonly byte b = ref c.Span[0]; c.MoveTo(9); return {|MMS002:b|}; }")]
    [InlineData(
        "bool M(WindowCursor c) { var r = new Utf8JsonReader(c.Span); c.MoveTo(9); return "
        + "{|MMS002:r|}.Read(); }")]
    [InlineData(
        "int M(WindowCursor c) { var i = MemoryMarshal.Cast<byte, int>(c.Span); c.MoveTo(9); return "
        + "{|MMS002:i|}[0]; }")]
    [InlineData(
        "ReadOnlySpan<byte> M(MappedFile f) { using var c = f.CreateCursor(); c.MoveTo(0); return "
        + "{|MMS002:c.Span|}; }")]
    [InlineData(
        "void M(MappedFile f) { ReadOnlySpan<byte> s; using (var c = f.CreateCursor()) { c.MoveTo(0); s = "
        + "c.Span; } Use({|MMS002:s|}); }")]
    [InlineData("int M(WindowCursor c) { var s = c.Span; Use(c.GetSpan(9, 8)); return {|MMS002:s|}[0]; }")]
    [InlineData(
        "int M(WindowCursor c) { var s = c.Span; try { c.MoveTo(9); } catch (IOException) { return "
        + "{|MMS002:s|}[0]; } return 0; }")]
    [InlineData(
        "int M(WindowCursor c, WindowCursor d, bool b) { ReadOnlySpan<byte> s; if (b) s = c.Span; else s = "
        + "d.Span; c.MoveTo(9); return {|MMS002:s|}[0]; }")]
    [InlineData(
        "int M(WindowCursor c, WindowCursor d, bool b) { ReadOnlySpan<byte> s; if (b) s = c.Span; else s = "
        + "d.Span; d.MoveTo(9); return {|MMS002:s|}[0]; }")]
    public Task TheSpanOfACursorThatHasMovedIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); var s = l.Span; l.Dispose(); return "
        + "{|MMS004:s|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { using var l = f.LeaseSpan(0, 8); var c = l; c.Dispose(); return "
        + "{|MMS004:l.Span|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { using var l = f.LeaseSpan(0, 8); var s = l.Span; var c = l; c.Dispose(); "
        + "return {|MMS004:s|}[0]; }")]
    [InlineData("int M(MappedFile f) { var l = f.LeaseSpan(0, 8); using (l) { } return {|MMS004:l.Span|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseMemory(0, 8); var s = l.Span; l.Dispose(); return "
        + "{|MMS004:s|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseMemory(0, 8); var m = l.Memory; l.Dispose(); return "
        + "{|MMS004:m|}.Span[0]; }")]
    [InlineData(
        "long M(MappedFile f) { var l = f.LeaseSequence(0, 8); var q = l.Sequence.Slice(1); l.Dispose(); "
        + "return {|MMS004:q|}.First.Span[0]; }")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = f.LeaseSpan(0, 8); var s = l.Span; if (b) l.Dispose(); "
        + "Use({|MMS004:s|}); l.Dispose(); }")]
    [InlineData(
        "ReadOnlySpan<byte> M(MappedFile f) { var l = f.LeaseMemory(0, 8); try { return {|MMS004:l.Span|}; } "
        + "finally { l.Dispose(); } }")]
    public Task TheSpanOfALeaseThatIsDisposedIsReported(string members) => Verify.Members(members);

    /// <summary>Through a read-only reference a copy is disposed, which ends the lease; the variable still shows its
    /// bytes.</summary>
    [Theory]
    [InlineData("void M(in SpanLease l) { l.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(ref readonly SpanLease l) { l.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(in SpanLease l) { var s = l.Span; l.Dispose(); Use({|MMS004:s|}); }")]
    [InlineData("void M(in SpanLease l, bool b) { if (b) l.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(in SpanLease l) { using (l) { } Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(in SpanLease l) { var c = l; c.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(SpanLease l) { var c = l; c.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData("void M(in SpanLease l) { ref readonly SpanLease r = ref l; r.Dispose(); Use({|MMS004:l.Span|}); }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref readonly SpanLease r = ref l; r.Dispose(); "
        + "return {|MMS004:l.Span|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref readonly SpanLease r = ref l; r.Dispose(); "
        + "return {|MMS004:r.Span|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); var s = l.Span; ref SpanLease r = ref l; r.Dispose(); "
        + "return {|MMS004:s|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; var s = r.Span; l.Dispose(); "
        + "return {|MMS004:s|}[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; ref SpanLease q = ref r; "
        + "var s = l.Span; q.Dispose(); return {|MMS004:s|}[0]; }")]
    [InlineData("void M(ref SpanLease l) { var s = l.Span; l.Dispose(); Use({|MMS004:s|}); }")]
    [InlineData(
        "void M(ref SpanLease l) { ref SpanLease r = ref l; var s = l.Span; r.Dispose(); Use({|MMS004:s|}); }")]
    [InlineData(
        "int M(MappedFile f) { var a = f.LeaseSpan(0, 8); var b = f.LeaseSpan(8, 8); ref SpanLease r = ref a; "
        + "r = ref b; var s = r.Span; r.Dispose(); a.Dispose(); return {|MMS004:s|}[0]; }")]
    [InlineData("int M(MemoryLease[] all) { ref MemoryLease r = ref all[0]; var s = r.Span; r.Dispose(); "
        + "return {|MMS004:s|}[0]; }")]
    [InlineData("ref struct H { readonly SpanLease _l; void M() { _l.Dispose(); Use({|MMS004:_l.Span|}); } }")]
    public Task TheSpanOfALeaseThatIsDisposedByReferenceIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData("void M(in SpanLease l) { Use(l.Span); l.Dispose(); }")]
    [InlineData("int M(in SpanLease l) { var s = l.Span; int n = s[0]; l.Dispose(); return n + s.Length; }")]
    [InlineData("void M(ref SpanLease l, MappedFile f) { l.Dispose(); l = f.LeaseSpan(8, 8); Use(l.Span); }")]
    [InlineData("void M(in SpanLease l, MappedFile f) { using var c = f.LeaseSpan(0, 8); Use(l.Span); Use(c.Span); }")]
    [InlineData("void M(in SpanLease l, in SpanLease o) { l.Dispose(); Use(o.Span); }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; int n = r.Span[0] + l.Span[0]; "
        + "r.Dispose(); return n; }")]
    [InlineData(
        "void M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; r.Dispose(); "
        + "l = f.LeaseSpan(8, 8); Use(r.Span); Use(l.Span); l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; r.Dispose(); "
        + "r = f.LeaseSpan(8, 8); Use(r.Span); Use(l.Span); r.Dispose(); }")]
    [InlineData(
        "void Renew(ref SpanLease l, MappedFile f) { l.Dispose(); l = f.LeaseSpan(8, 8); } "
        + "void M(MappedFile f) { var l = f.LeaseSpan(0, 8); ref SpanLease r = ref l; r.Dispose(); Renew(ref r, f); "
        + "Use(l.Span); l.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var a = f.LeaseSpan(0, 8); var b = f.LeaseSpan(8, 8); ref SpanLease r = ref a; "
        + "r.Dispose(); r = ref b; Use(r.Span); Use(b.Span); r.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f) { var a = f.LeaseSpan(0, 8); var b = f.LeaseSpan(8, 8); ref SpanLease r = ref a; "
        + "var s = r.Span; r = ref b; r.Dispose(); Use(s); a.Dispose(); }")]
    [InlineData(
        "void M(MappedFile f, bool x) { var a = f.LeaseSpan(0, 8); var b = f.LeaseSpan(8, 8); "
        + "ref SpanLease r = ref x ? ref a : ref b; r.Dispose(); r = f.LeaseSpan(16, 8); Use(a.Span); Use(b.Span); "
        + "a.Dispose(); b.Dispose(); }")]
    [InlineData("void M(Span<MemoryLease> all) { foreach (ref MemoryLease l in all) { Use(l.Span); l.Dispose(); } }")]
    [InlineData(
        "void M(Span<MemoryLease> all, MappedFile f) { for (int i = 0; i < 9; i++) { ref MemoryLease l = ref all[i]; "
        + "var s = l.Span; Use(s); l.Dispose(); l = f.LeaseMemory(i, 1); Use(l.Span); } }")]
    public Task WhatIsGoodThroughAReferenceIsNotReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData("ReadOnlySpan<byte> M(MappedFile f) { using var l = f.LeaseMemory(0, 8); return {|MMS003:l.Span|}; }")]
    [InlineData(
        "ReadOnlyMemory<byte> M(MappedFile f) { using var l = f.LeaseMemory(0, 8); return "
        + "{|MMS003:l.Memory.Slice(1)|}; }")]
    [InlineData(
        "ReadOnlySequence<byte> M(MappedFile f) { using (var l = f.LeaseSequence(0, 8)) return "
        + "{|MMS003:l.Sequence|}; }")]
    [InlineData("MemoryLease M(MappedFile f) { using var l = f.LeaseMemory(0, 8); return {|MMS003:l|}; }")]
    [InlineData("SpanLease M(MappedFile f) { using var l = f.LeaseSpan(0, 8); return {|MMS003:l|}; }")]
    [InlineData(
        "int M(MappedFile f) { ReadOnlySpan<byte> s; using (var l = f.LeaseMemory(0, 8)) s = l.Span; return "
        + "{|MMS003:s|}[0]; }")]
    public Task WhatLeavesTheBlockOfItsLeaseIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData(
        "long M(WindowCursor c) { long n = 0; for (long at = 0; c.MoveTo(at); at = c.End) { var s = c.Span; "
        + "n += s[0]; } return n; }")]
    [InlineData(
        "void M(WindowCursor c) { ReadOnlySpan<byte> s = default; while (c.MoveTo(9)) { s = c.Span; Use(s); "
        + "} }")]
    [InlineData("int M(WindowCursor c) { c.MoveTo(0); var s = c.Span; c.MoveTo(9); s = c.Span; return s[0]; }")]
    [InlineData("int M(WindowCursor c) { var s = c.Span; c.MoveTo(9); return s.Length; }")]
    [InlineData("byte[] M(WindowCursor c) { var s = c.Span.ToArray(); c.MoveTo(9); return s; }")]
    [InlineData("int M(WindowCursor c, WindowCursor d) { var s = c.Span; d.MoveTo(9); return s[0]; }")]
    [InlineData("int M(WindowCursor c) { using var d = c.Clone(); var s = d.Span; c.MoveTo(9); return s[0]; }")]
    [InlineData("int M(WindowCursor c) { var s = c.Span; int n = s[0]; c.MoveTo(9); return n; }")]
    [InlineData("ReadOnlySpan<byte> M(WindowCursor c) { c.MoveTo(9); return c.Span; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); try { return l.Span[0]; } finally { l.Dispose(); } "
        + "}")]
    [InlineData("int M(MappedFile f) { using var l = f.LeaseSpan(0, 8); var s = l.Span; return s[0]; }")]
    [InlineData(
        "int M(MappedFile f) { using var l = f.LeaseMemory(0, 8); var m = l.Memory.Slice(1); return "
        + "m.Span[0]; }")]
    [InlineData(
        "int M(MappedFile f) { var l = f.LeaseSpan(0, 8); var s = l.Span; int n = s[0]; l.Dispose(); l = "
        + "f.LeaseSpan(8, 8); s = l.Span; n += s[0]; l.Dispose(); return n; }")]
    [InlineData("SpanLease M(MappedFile f) { var l = f.LeaseSpan(0, 8); return l; }")]
    [InlineData(
        "int M(MappedFile f) { int n; using (var l = f.LeaseMemory(0, 8)) n = l.Span[0]; using (var l = "
        + "f.LeaseMemory(8, 8)) return n + l.Span[0]; }")]
    [InlineData("MemoryLease _l; int M(MappedFile f) { _l?.Dispose(); _l = f.LeaseMemory(0, 8); return _l.Span[0]; }")]
    [InlineData("void G(WindowCursor c, out ReadOnlySpan<byte> s) => s = c.Span; "
        + "int M(WindowCursor c) { var s = c.Span; c.MoveTo(9); G(c, out s); return s[0]; }")]
    [InlineData("int M(WindowCursor c) { try { c.MoveTo(9); return c.Span[0]; } finally { c.Release(); } }")]
    [InlineData("int M(WindowCursor c, bool b) { var s = b ? c.Span : default; return s.IsEmpty ? 0 : s[0]; }")]
    public Task WhatIsStillGoodIsNotReported(string members) => Verify.Members(members);

    [Fact]
    public Task ALoopThatKeepsTheLeaseOfItsLastTurnIsRight() => Verify.Members(
        """
        int M(MappedFile f)
        {
            int equal = 0;
            SpanLease previous = f.LeaseSpan(0, 8);
            for (long at = 8; at < f.Length; at += 8)
            {
                SpanLease now = f.LeaseSpan(at, 8);
                if (previous.Span.SequenceEqual(now.Span)) equal++;
                previous.Dispose();
                previous = now;
            }

            previous.Dispose();
            return equal;
        }
        """);

    [Fact]
    public Task ALoopThatEndsTheLeaseItKeepsIsReported() => Verify.Members(
        """
        int M(MappedFile f)
        {
            int equal = 0;
            SpanLease previous = f.LeaseSpan(0, 8);
            for (long at = 8; at < f.Length; at += 8)
            {
                using SpanLease now = f.LeaseSpan(at, 8);
                if ({|MMS003:previous.Span|}.SequenceEqual(now.Span)) equal++;
                previous.Dispose();
                previous = now;
            }

            return equal;
        }
        """);
}
