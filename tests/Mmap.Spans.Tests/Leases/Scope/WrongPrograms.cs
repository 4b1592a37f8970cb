namespace Mmap.Spans.Tests.Leases.Scope;

/// <summary>Programs that would keep a span longer than its lease, or the lease longer than its block.</summary>
internal static class WrongPrograms
{
    /// <summary>The span leaves by the value of a method.</summary>
    public static readonly ScopeProgram[] Returned =
    [
        new("SpanReturnedOutOfAUsingDeclaration", 9,
            "ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); return l.Span; }",
            "CS8168"),
        new("SpanReturnedOutOfAUsingStatement", 9,
            "ReadOnlySpan<byte> M() { using (var l = File.LeaseSpan(0, 8)) { return l.Span; } }",
            "CS8168"),
        new("SpanReturnedOfALeaseThatStaysOpen", 9,
            "ReadOnlySpan<byte> M() { var l = File.LeaseSpan(0, 8); return l.Span; }",
            "CS8168"),
        new("SpanReturnedByALocalInBetween", 9,
            "ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); var s = l.Span; return s; }",
            "CS8352"),
        new("SpanReturnedAfterDispose", 9,
            "ReadOnlySpan<byte> M() { var l = File.LeaseSpan(0, 8); var s = l.Span; l.Dispose(); return s; }",
            "CS8352"),
        new("SliceReturned", 9,
            "ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); return l.Span.Slice(2); }",
            "CS8168"),
        new("RangeReturned", 9,
            "ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); return l.Span[2..]; }",
            "CS8168"),
        new("EitherReturned", 9,
            "ReadOnlySpan<byte> M(bool b) { using var l = File.LeaseSpan(0, 8); return b ? l.Span : default; }",
            "CS8168"),
        new("SwitchReturned", 9,
            """
            ReadOnlySpan<byte> M(int i) { using var l = File.LeaseSpan(0, 8); return i switch {
                0 => l.Span, _ => default }; }
            """,
            "CS8168"),
        new("ExpressionReturned", 9,
            "ReadOnlySpan<byte> M() => File.LeaseSpan(0, 8).Span;",
            "CS8156"),
        new("ExpressionReturnedByALocalInBetween", 9,
            "ReadOnlySpan<byte> M() { var s = File.LeaseSpan(0, 8).Span; return s; }",
            "CS8352"),
        new("ParameterByValue", 9,
            "ReadOnlySpan<byte> M(SpanLease l) => l.Span;",
            "CS8166"),
        new("ScopedParameter", 11,
            "ReadOnlySpan<byte> M(scoped in SpanLease l) => l.Span;",
            "CS9075"),
        new("OutParameter", 9,
            "ReadOnlySpan<byte> M(out SpanLease l) { l = File.LeaseSpan(0, 8); return l.Span; }",
            "CS9075"),
        new("ThroughAHelper", 9,
            """
            static ReadOnlySpan<byte> Header(in SpanLease l) => l.Span.Slice(0, 4);
            ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); return Header(in l); }
            """,
            "CS8168", "CS8347"),
        new("ThroughALocalFunction", 9,
            """
            ReadOnlySpan<byte> M()
            {
                using var l = File.LeaseSpan(0, 8);
                return Tail(l.Span);
                static ReadOnlySpan<byte> Tail(ReadOnlySpan<byte> s) => s.Slice(1);
            }
            """,
            "CS8168", "CS8347"),
        new("ThroughADelegate", 9,
            """
            delegate ReadOnlySpan<byte> Reader();
            Reader M() => () => { using var l = File.LeaseSpan(0, 8); return l.Span; };
            """,
            "CS8168"),
        new("InsideAParser", 9,
            """
            ref struct Parser { public ReadOnlySpan<byte> Rest; public Parser(ReadOnlySpan<byte> s) { Rest = s; } }
            Parser M() { using var l = File.LeaseSpan(0, 8); return new Parser(l.Span); }
            """,
            "CS8168", "CS8347"),
        new("InsideAnObjectInitializer", 9,
            """
            ref struct Parser { public ReadOnlySpan<byte> Rest; }
            Parser M() { using var l = File.LeaseSpan(0, 8); return new Parser { Rest = l.Span }; }
            """,
            "CS8352"),
        new("InsideAJsonReader", 9,
            "Utf8JsonReader M() { using var l = File.LeaseSpan(0, 8); return new Utf8JsonReader(l.Span); }",
            "CS8168", "CS8347"),
        new("CastToIntegers", 9,
            """
            ReadOnlySpan<int> M() { using var l = File.LeaseSpan(0, 8);
                return MemoryMarshal.Cast<byte, int>(l.Span); }
            """,
            "CS8168", "CS8347"),
        new("ReferenceToAByte", 9,
            "ref readonly byte M() { using var l = File.LeaseSpan(0, 8); return ref l.Span[0]; }",
            "CS8168"),
        new("ReferenceToAStructure", 9,
            """
            ref readonly long M() { using var l = File.LeaseSpan(0, 8);
                return ref MemoryMarshal.AsRef<long>(l.Span); }
            """,
            "CS8168", "CS8347"),
        new("ReferenceByMemoryMarshal", 9,
            "ref byte M() { using var l = File.LeaseSpan(0, 8); return ref MemoryMarshal.GetReference(l.Span); }",
            "CS8168", "CS8347"),
        new("LineOfASplit", 13,
            """
            ReadOnlySpan<byte> M()
            {
                using var l = File.LeaseSpan(0, 8);
                foreach (Range r in l.Span.Split((byte)10)) return l.Span[r];
                return default;
            }
            """,
            "CS8168"),
        new("CurrentOfAnEnumeratorByHand", 9,
            """
            ref struct Windows
            {
                private SpanLease _lease;
                public Windows(MappedFile f) { _lease = f.LeaseSpan(0, 8); }
                [UnscopedRef] public ReadOnlySpan<byte> Current => _lease.Span;
                public bool MoveNext() => true;
            }
            ReadOnlySpan<byte> M() { var e = new Windows(File); while (e.MoveNext()) return e.Current; return default; }
            """,
            "CS8168"),
    ];

    /// <summary>The span leaves by a variable, a parameter or a field.</summary>
    public static readonly ScopeProgram[] Assigned =
    [
        new("VariableOutsideTheUsing", 9,
            "int M() { ReadOnlySpan<byte> s; using (var l = File.LeaseSpan(0, 8)) { s = l.Span; } return s[0]; }",
            "CS8168"),
        new("BestOfALoop", 9,
            """
            int M()
            {
                ReadOnlySpan<byte> best = default;
                for (long at = 0; at < File.Length; at += 8)
                {
                    using var l = File.LeaseSpan(at, 8);
                    if (l.Span.SequenceCompareTo(best) > 0) best = l.Span;
                }
                return best.Length;
            }
            """,
            "CS8168"),
        new("BestOfALoopByALocalInBetween", 9,
            """
            int M()
            {
                ReadOnlySpan<byte> best = default;
                for (long at = 0; at < File.Length; at += 8)
                {
                    using var l = File.LeaseSpan(at, 8);
                    var now = l.Span;
                    if (now.SequenceCompareTo(best) > 0) best = now;
                }
                return best.Length;
            }
            """,
            "CS8352"),
        new("TryBlock", 9,
            """
            int M()
            {
                ReadOnlySpan<byte> s = default;
                try { using var l = File.LeaseSpan(0, 8); s = l.Span; } finally { }
                return s[0];
            }
            """,
            "CS8168"),
        new("OutParameterOfTheSpan", 9,
            "void M(out ReadOnlySpan<byte> s) { using var l = File.LeaseSpan(0, 8); s = l.Span; }",
            "CS8168"),
        new("ReferenceParameterOfTheSpan", 9,
            "void M(ref ReadOnlySpan<byte> s) { using var l = File.LeaseSpan(0, 8); s = l.Span; }",
            "CS8168"),
        new("FieldOfARefStruct", 9,
            """
            ref struct Parser
            {
                private ReadOnlySpan<byte> _rest;
                public void Load(MappedFile f) { using var l = f.LeaseSpan(0, 8); _rest = l.Span; }
            }
            """,
            "CS8168"),
        new("FieldOfALocalRefStruct", 9,
            """
            ref struct Parser { public ReadOnlySpan<byte> Rest; }
            int M() { var p = new Parser();
                using (var l = File.LeaseSpan(0, 8)) { p.Rest = l.Span; } return p.Rest[0]; }
            """,
            "CS8168"),
        new("ArgumentThatIsKept", 9,
            """
            ref struct Parser
            { private ReadOnlySpan<byte> _rest; public void Load(ReadOnlySpan<byte> s) { _rest = s; } }
            void M(ref Parser p) { using var l = File.LeaseSpan(0, 8); p.Load(l.Span); }
            """,
            "CS8168", "CS8350"),
        new("DeclaredBeforeItsLease", 9,
            "int M() { ReadOnlySpan<byte> s = default; using var l = File.LeaseSpan(0, 8); s = l.Span; return s[0]; }",
            "CS8168"),
        new("FieldOfAClass", 9,
            "private ReadOnlySpan<byte> _span; void M() { using var l = File.LeaseSpan(0, 8); _span = l.Span; }",
            "CS8168", "CS8345"),
        new("Captured", 9,
            "Func<int> M() { using var l = File.LeaseSpan(0, 8); return () => l.Span.Length; }",
            "CS8175"),
        new("SpanCaptured", 9,
            "Func<int> M() { using var l = File.LeaseSpan(0, 8); var s = l.Span; return () => s.Length; }",
            "CS8175"),
    ];

    /// <summary>The lease itself escapes, or its holder lacks the protection.</summary>
    public static readonly ScopeProgram[] Leases =
    [
        new("LeaseInAFieldOfAClass", 9, "private SpanLease _lease;", "CS8345"),
        new("LeaseInAList", 9, "void M(System.Collections.Generic.List<SpanLease> l) { }", "CS9244"),
        new("LeaseInAnArray", 9, "void M(SpanLease[] l) { }", "CS0611"),
        new("LeaseAsAnObject", 9, "object M() => File.LeaseSpan(0, 8);", "CS0029"),
        new("LeaseAsADisposable", 9, "IDisposable M() => File.LeaseSpan(0, 8);", "CS0029"),
        new("LeaseAcrossAwait", 13,
            "async Task M() { using var l = File.LeaseSpan(0, 8); await Task.Yield(); Use(l.Span); }",
            "CS4007"),
        new("SpanAcrossAwait", 13,
            "async Task M() { using var l = File.LeaseSpan(0, 8); var s = l.Span; await Task.Yield(); Use(s); }",
            "CS4007"),
        new("LeaseAcrossYield", 13,
            "IEnumerable<int> M() { using var l = File.LeaseSpan(0, 8); yield return 1; Use(l.Span); }",
            "CS4007"),
        new("LeaseInAStructWithoutTheAttribute", 9,
            """
            ref struct Record
            {
                private SpanLease _lease;
                public Record(MappedFile f) { _lease = f.LeaseSpan(0, 8); }
                public ReadOnlySpan<byte> Bytes => _lease.Span;
            }
            """,
            "CS8170"),
        new("StructWithALeaseOutlived", 11,
            """
            ref struct Record
            {
                private SpanLease _lease;
                public Record(MappedFile f) { _lease = f.LeaseSpan(0, 8); }
                [UnscopedRef] public readonly ReadOnlySpan<byte> Bytes => _lease.Span;
                public void Dispose() => _lease.Dispose();
            }
            ReadOnlySpan<byte> M() { using var r = new Record(File); return r.Bytes; }
            """,
            "CS8168"),
        new("AttributeMissingInAnInterface", 13,
            """
            interface IBytes { ReadOnlySpan<byte> Bytes { get; } }
            ref struct Record : IBytes
            {
                private SpanLease _lease;
                [UnscopedRef] public readonly ReadOnlySpan<byte> Bytes => _lease.Span;
            }
            """,
            "CS9102"),
        new("GenericParameterReturned", 13,
            """
            interface IBytes { [UnscopedRef] ReadOnlySpan<byte> Bytes { get; } }
            static ReadOnlySpan<byte> M<T>(in T l) where T : IBytes, allows ref struct => l.Bytes;
            """,
            "CS8156"),
    ];
}
