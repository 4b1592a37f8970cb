using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>The rules know members by their types, so they see members of later versions at once.</summary>
public sealed class PlannedSurfaceTests
{
    private const string Library =
        """
        namespace Mmap.Spans
        {
            public sealed class MapManager
            {
                public System.IO.Stream OpenStream(string path) => null;
                public PipeReader OpenPipeReader(string path) => null;
            }
            public sealed class MappedFile
            {
                public SpanReader CreateReader() => default;
                public SpanLease LeaseSpanUpTo(long offset, int maxLength) => default;
            }
            public ref struct SpanLease { public System.ReadOnlySpan<byte> Span => default; public void Dispose() { } }
            public readonly ref struct SpanReader { public SpanLease LeaseSpan(long offset, int length) => default; }
            public sealed class WindowCursor
            {
                public System.ReadOnlySpan<byte> Span => default;
                public System.ReadOnlySpan<byte> WindowSpan => default;
                public System.ReadOnlySpan<byte> GetSpan(long offset, int length) => default;
            }
        }

        """;

    [Theory]
    [InlineData("int M(MappedFile f) => {|MMS001:f.LeaseSpanUpTo(0, 8)|}.Span[0];")]
    [InlineData("int M(MappedFile f) { var r = f.CreateReader(); return {|MMS001:r.LeaseSpan(0, 8)|}.Span[0]; }")]
    [InlineData("int M(MappedFile f) { var r = f.CreateReader(); using var l = r.LeaseSpan(0, 8); return l.Span[0]; }")]
    [InlineData("int M(MapManager m) { var s = {|MMS001:m.OpenStream(\"a\")|}; return s.ReadByte(); }")]
    [InlineData("void M(MapManager m) { var r = {|MMS005:m.OpenPipeReader(\"a\")|}; r.TryRead(out _); }")]
    [InlineData("int M(WindowCursor c) { var s = c.WindowSpan; c.GetSpan(9, 1); return {|MMS002:s|}[0]; }")]
    [InlineData("int M(WindowCursor c) { var s = c.GetSpan(0, 1); s = c.GetSpan(9, 1); return s[0]; }")]
    public Task WhatIsPlannedIsKnown(string members) => Verify.WithLibrary(Library, members);
}
