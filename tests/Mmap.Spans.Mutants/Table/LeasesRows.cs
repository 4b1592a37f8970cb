namespace Mmap.Spans.Mutants.Table;

/// <summary>Leases, and what a miss makes of one.</summary>
internal static class LeasesRows
{
    private const string Folder = "src/Mmap.Spans/Leases/";
    private const string Leased = Folder + "LeasedMemory.cs";
    private const string Misses = Folder + "Misses.cs";
    private const string Sequence = Folder + "SequenceLease.cs";
    private const string Memory = Folder + "MemoryLease.cs";
    private const string Span = Folder + "SpanLease.cs";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(35, Leased,
            "if (seen - 1 == Ended) GiveBack();",
            "",
            "the last handle after the end of a lease gives nothing back", "MemoryLeaseTests"),
        new(36, Leased,
            "(uint)elementIndex, (uint)_length, nameof",
            "(uint)elementIndex, (uint)_length + (Mutated ? 1u : 0u), nameof",
            "a byte past the lease may be pinned", "MemoryLeaseTests"),
        new(401, Leased,
            "Record?.Dispose();",
            "",
            "an ended lease stays in the tracker", "LeaseTrackingTests", "DumpTests"),
        new(402, Leased,
            "if (seen == 0 && !GiveBack()) return false;",
            "if (!GiveBack()) return false;",
            "the end of a lease takes the region from under its handles", "MemoryLeaseTests"),
        new(403, Leased,
            "if (Pins < 0) ThrowEnded();",
            "",
            "the memory of an ended lease is read", "MemoryLeaseTests", "LifetimeTests"),
        new(404, Leased,
            "if (seen < 0) ThrowEnded();",
            "",
            "an ended lease can be pinned", "MemoryLeaseTests"),
        new(405, Leased,
            "(seen & ~Ended) != 0",
            "seen != 0",
            "a handle's copy ends a lease's pins twice", "MemoryLeaseTests", "LifetimeTests"),
        new(54, Folder + "MappedSegment.cs",
            "(uint)index <= (uint)segment._leased.Length",
            "true",
            "a position past its segment has an offset", "MappedPipeReaderTests", "FileOffsetTests"),
        new(55, Sequence,
            "if (!segment.End() || ",
            "if ((Mutated && segment.NextMapped is null) || !segment.End() || ",
            "the last segment of a sequence is not ended", "SequenceLeaseTests", "JsonTests"),
        new(406, Sequence,
            "segment.IsUnreadable(segment.Offset)) throw",
            "!Mutated && segment.IsUnreadable(segment.Offset)) throw",
            "a sequence does not say that it showed zeroes", "TruncationGuardTests"),
        new(407, Sequence,
            "if (unreadable is not null) throw unreadable;",
            "",
            "the end of a sequence does not say that it showed zeroes", "TruncationGuardTests"),
        new(408, Leased,
            "seen = found;\n        }\n\n        return false;",
            "seen = found;\n        }\n\n        if (Mutated && tells) ThrowIfUnreadable();\n        return false;",
            "a lease that ended throws each time it is disposed", "TruncationGuardTests"),
        new(409, Memory,
            "        _leased.ThrowIfEnded();",
            "",
            "an ended lease can be asked", "TruncationGuardTests"),
        new(410, Span,
            "else UnreadableBytes.ThrowIfIn(region, _span);",
            "else if (!Mutated) UnreadableBytes.ThrowIfIn(region, _span);",
            "a span lease does not say that it showed zeroes", "TruncationGuardTests"),
        new(411, Span,
            "        _pin = default;",
            "",
            "an ended span lease shows its span", "SpanLeaseTests"),
        new(85, Misses,
            "for (; first is not null; first = first.NextMapped) first.End();",
            "",
            "a sequence that fails half way keeps its segments", "TableLoadingTests", "SequenceLeaseTests"),
        new(91, Misses,
            "isGuarded ? Track(\"span lease\", offset, length) : null",
            "null",
            "under guard span leases are not tracked", "LeaseTrackingTests"),
        new(88, Misses,
            "forOneLease: true), offset, length, record);\n        }\n        catch\n        {\n            "
                + "record?.Dispose();",
            "forOneLease: true), offset, length, record);\n        }\n        catch\n        {\n            if "
                + "(!Mutated) record?.Dispose();",
            "a memory lease that fails stays in the tracker", "LeaseTrackingTests"),
        new(117, Misses,
            "region.Bytes(offset, length), SpanPin.FromReference(region, record));\n        }\n        catch\n        "
                + "{\n            record?.Dispose();",
            "region.Bytes(offset, length), SpanPin.FromReference(region, record));\n        }\n        catch\n        "
                + "{\n            if (!Mutated) record?.Dispose();",
            "under guard a span lease that fails stays in the tracker", "LeaseTrackingTests"),
        new(412, Misses,
            "region.Bytes(offset, part), SpanPin.FromReference(region, record));\n        }\n        catch\n        "
                + "{\n            record?.Dispose();",
            "region.Bytes(offset, part), SpanPin.FromReference(region, record));\n        }\n        catch\n        "
                + "{\n            if (!Mutated) record?.Dispose();",
            "under guard a span lease of at most some bytes that fails stays in the tracker", "LeaseTrackingTests"),
        new(415, Misses,
            "if (read > 0) return read;",
            "",
            "what was read instead is mapped as well", "CopiedSpanLeaseTests", "CopyingReadsTests"),
        new(416, Misses,
            "if (TryRead(offset, length, least: length, out SpanLease copy)) return copy;",
            "",
            "in a full table a span lease maps its window", "CopiedSpanLeaseTests"),
        new(413, Misses,
            "if (part == 0) windows.ThrowShrunk(offset, length, fileLength);",
            "",
            "what a refresh has cut is leased as no bytes",
            "ChangeTests", "OpenAcrossChangeTests", "MappedPipeReaderRangeTests")
        {
            Equivalent = "no bytes are acquired then, and that is found out in the same words",
        },
        new(414, Misses,
            "Track(kind, offset, part)",
            "null",
            "cursors, readers and streams are not tracked", "LeaseTrackingTests"),
    ];
}
