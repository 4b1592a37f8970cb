namespace Mmap.Spans.Tests.Leases.Scope;

/// <summary>Programs that compile: those that are right, and those whose mistake the compiler does not see.</summary>
internal static class RightPrograms
{
    /// <summary>The span stays in the block of its lease.</summary>
    public static readonly ScopeProgram[] Right =
    [
        new("ReadInAUsingDeclaration", 9, "int M() { using var l = File.LeaseSpan(0, 8); return l.Span[0]; }"),
        new("ReadInAUsingStatement", 9, "int M() { using (var l = File.LeaseSpan(0, 8)) return l.Span[0]; }"),
        new("ReadAndDisposed", 9,
            """
            int M() { var l = File.LeaseSpan(0, 8); try { return l.Span[0]; } finally { l.Dispose(); } }
            """),
        new("CopyReturned", 9, "byte[] M() { using var l = File.LeaseSpan(0, 8); return l.Span.ToArray(); }"),
        new("TextReturned", 9,
            """
            string M() { using var l = File.LeaseSpan(0, 8); return Encoding.UTF8.GetString(l.Span); }
            """),
        new("DeclaredBeforeItsLeaseAsScoped", 11,
            """
            int M() { scoped ReadOnlySpan<byte> s = default; using var l = File.LeaseSpan(0, 8); s = l.Span;
                return s[0]; }
            """),
        new("DeclaredAfterItsLease", 9,
            "int M() { using var l = File.LeaseSpan(0, 8); var s = l.Span; s = s.Slice(1); return s[0]; }"),
        new("BestOfALoopAsACopy", 9,
            """
            byte[] M()
            {
                byte[] best = new byte[8];
                for (long at = 0; at < File.Length; at += 8)
                {
                    using var l = File.LeaseSpan(at, 8);
                    if (l.Span.SequenceCompareTo(best) > 0) l.Span.CopyTo(best);
                }
                return best;
            }
            """),
        new("HelperByReference", 9,
            """
            static ReadOnlySpan<byte> Header(in SpanLease l) => l.Span.Slice(0, 4);
            int M() { using var l = File.LeaseSpan(0, 8); return Header(in l)[0] + Header(l)[1]; }
            """),
        new("ReferenceThroughAHelper", 9,
            """
            static ref readonly byte First(in SpanLease l) => ref l.Span[0];
            int M() { using var l = File.LeaseSpan(0, 8); ref readonly byte b = ref First(in l); return b; }
            """),
        new("EitherOfTwoLeases", 9,
            """
            static ReadOnlySpan<byte> Longer(in SpanLease a, in SpanLease b) =>
                a.Span.Length > b.Span.Length ? a.Span : b.Span;
            int M() { using var a = File.LeaseSpan(0, 8); using var b = File.LeaseSpan(8, 8);
                return Longer(in a, in b)[0]; }
            """),
        new("LeaseReturned", 9,
            """
            SpanLease Record(long at) => File.LeaseSpan(at, 8);
            int M() { using var l = Record(0); return l.Span[0]; }
            """),
        new("EitherLeaseReturned", 9,
            "SpanLease M(bool b) => b ? File.LeaseSpan(0, 8) : File.LeaseSpan(8, 8);"),
        new("LeaseByOutParameter", 9,
            """
            bool TryRecord(out SpanLease l) { l = File.LeaseSpan(0, 8); return true; }
            int M() { if (!TryRecord(out SpanLease l)) return 0; using (l) return l.Span[0]; }
            """),
        new("LeaseInAStructWithTheAttribute", 11,
            """
            ref struct Record
            {
                private SpanLease _lease;
                public Record(MappedFile f) { _lease = f.LeaseSpan(0, 8); }
                [UnscopedRef] public readonly ReadOnlySpan<byte> Bytes => _lease.Span;
                public void Dispose() => _lease.Dispose();
            }
            int M() { using var r = new Record(File); return r.Bytes[0]; }
            """),
        new("JsonReaderHandedOn", 9,
            """
            static bool Next(ref Utf8JsonReader r) => r.Read();
            bool M() { using var l = File.LeaseSpan(0, 8); var r = new Utf8JsonReader(l.Span); return Next(ref r); }
            """),
        new("Parsed", 9,
            """
            int M() { using var l = File.LeaseSpan(0, 8);
                return BinaryPrimitives.ReadInt32BigEndian(l.Span.Slice(4)); }
            """),
        new("CastAndWalked", 9,
            """
            long M()
            {
                using var l = File.LeaseSpan(0, 8);
                long sum = 0;
                foreach (ref readonly int i in MemoryMarshal.Cast<byte, int>(l.Span)) sum += i;
                return sum + MemoryMarshal.AsRef<long>(l.Span);
            }
            """),
        new("Split", 13,
            """
            int M() { using var l = File.LeaseSpan(0, 8); int n = 0;
                foreach (Range r in l.Span.Split((byte)10)) n++; return n; }
            """),
        new("Pinned", 9,
            "unsafe int M() { using var l = File.LeaseSpan(0, 8); fixed (byte* p = l.Span) return p[0]; }"),
        new("StringMadeOfIt", 13,
            """
            string M() { using var l = File.LeaseSpan(0, 8);
                return string.Create(8, l.Span, (to, from) => Encoding.Latin1.GetChars(from, to)); }
            """),
        new("OneStepOfAnAsyncMethod", 13,
            """
            async Task<int> M() { await Task.Yield(); int n; using (var l = File.LeaseSpan(0, 8)) { n = l.Span[0];
                } await Task.Yield(); return n; }
            """),
        new("OneStepOfAnIterator", 13,
            "IEnumerable<int> M() { int n; using (var l = File.LeaseSpan(0, 8)) { n = l.Span[0]; } yield return n; }"),
        new("GenericHelper", 13,
            """
            static void End<T>(ref T l) where T : IDisposable, allows ref struct => l.Dispose(); void M() {
                var l = File.LeaseSpan(0, 8); End(ref l); }
            """),
        new("GenericHelperByScopedReference", 13,
            """
            interface IBytes { [UnscopedRef] ReadOnlySpan<byte> Bytes { get; } }
            ref struct Record : IBytes
            { private SpanLease _l; [UnscopedRef] public readonly ReadOnlySpan<byte> Bytes => _l.Span; }
            static int Sum<T>(scoped in T r) where T : IBytes, allows ref struct => r.Bytes.Length;
            int M() { var r = new Record(); return Sum(in r); }
            """),
    ];

    /// <summary>Mistakes that compile. The analyzers of the package report them, except for the last two.</summary>
    public static readonly ScopeProgram[] Unseen =
    [
        new("LeaseThatIsNoVariable", 9, "void M() => Use(File.LeaseSpan(0, 8).Span);"),
        new("LeaseThatIsNotDisposed", 9, "int M() { var l = File.LeaseSpan(0, 8); return l.Span[0]; }"),
        new("SpanAfterDispose", 9,
            """
            int M() { var l = File.LeaseSpan(0, 8); var s = l.Span; l.Dispose(); return s[0]; }
            """),
        new("SpanAfterDisposeOfACopy", 9,
            """
            int M() { using var l = File.LeaseSpan(0, 8); var c = l; c.Dispose(); return l.Span[0]; }
            """),
        new("SpanOfAMemoryLease", 9, "ReadOnlySpan<byte> M() { using var l = File.LeaseMemory(0, 8); return l.Span; }"),
        new("SpanOfACursor", 9,
            """
            int M() { using var c = File.CreateCursor(); c.MoveTo(0); var s = c.Span; c.MoveTo(9); return s[0]; }
            """),
        new("CurrentOfAnEnumeratorByForeach", 11,
            """
            ref struct Windows
            {
                private SpanLease _lease;
                public Windows(MappedFile f) { _lease = f.LeaseSpan(0, 8); }
                [UnscopedRef] public ReadOnlySpan<byte> Current => _lease.Span;
                public bool MoveNext() => true;
                public Windows GetEnumerator() => this;
            }
            ReadOnlySpan<byte> M() { foreach (var s in new Windows(File)) return s; return default; }
            """),
        new("MadeUnboundByMemoryMarshal", 9,
            """
            ReadOnlySpan<byte> M()
            {
                using var l = File.LeaseSpan(0, 8);
                return MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(l.Span), 8);
            }
            """),
    ];

    /// <summary>In an unsafe context the error becomes a warning.</summary>
    public static readonly ScopeProgram[] Warned =
    [
        new("SpanReturnedInAnUnsafeMethod", 9,
            "unsafe ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); return l.Span; }",
            "CS9091"),
        new("LocalReturnedInAnUnsafeMethod", 9,
            "unsafe ReadOnlySpan<byte> M() { using var l = File.LeaseSpan(0, 8); var s = l.Span; return s; }",
            "CS9080"),
    ];
}
