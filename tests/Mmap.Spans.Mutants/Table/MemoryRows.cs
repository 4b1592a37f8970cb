namespace Mmap.Spans.Mutants.Table;

/// <summary>Mappings, copies, and what the system is told and asked.</summary>
internal static class MemoryRows
{
    private const string Folder = "src/Mmap.Spans/Memory/";
    private const string Advice = Folder + "Advice.cs";
    private const string Auto = Folder + "AutoBacking.cs";
    private const string Copied = Folder + "CopiedBacking.cs";
    private const string Mapped = Folder + "MappedBacking.cs";
    private const string Reads = Folder + "FileReads.cs";
    private const string Native = Folder + "NativeRegions.cs";
    private const string Opens = Folder + "OpenCalls.cs";
    private const string Limits = Folder + "SystemLimits.cs";
    private const string Snapshot = Folder + "SnapshotBacking.cs";
    private const string Table = Folder + "GuardTable.cs";
    private const string Safe = Folder + "TruncationSafeBacking.cs";
    private const string Watched = Folder + "WatchedMapping.cs";
    private const string Status = Folder + "StatusCalls.cs";

    public static IReadOnlyList<Row> All { get; } =
    [
        .. OfHints, .. OfCopies, .. OfMappings, .. OfTheSystem, .. OfTheGuard,
    ];

    private static IEnumerable<Row> OfHints =>
    [
        new(23, Advice,
            "errno == BadAddressErrno",
            "errno == 5",
            "pages that are gone are taken for a refusal", "ChangeTests"),
        new(24, Advice,
            "(nint start, nuint bytes) = PageRange.Of(address, length);",
            "(nint start, nuint bytes) = Mutated ? new PageRange(address, (nuint)length) : PageRange.Of(address, "
                + "length);",
            "pages are asked for from inside a page, which is refused", "PrefetcherTests"),
        new(25, Advice,
            "access == AccessPattern.Random ? RandomOrder : SequentialOrder;\n        if (SystemCalls.Advise(",
            "(access == AccessPattern.Random) != Mutated ? RandomOrder : SequentialOrder;\n        if "
                + "(SystemCalls.Advise(",
            "mappings are told the other order", "BackingTests"),
        new(301, Advice,
            "access == AccessPattern.Random ? RandomOrder : SequentialOrder;\n        if (SystemCalls.FileAdvise(",
            "(access == AccessPattern.Random) != Mutated ? RandomOrder : SequentialOrder;\n        if "
                + "(SystemCalls.FileAdvise(",
            "handles are told the other order", "AccessPatternTests")
        {
            Equivalent = "the system tells nobody what a handle was advised; the pages that come are its own choice",
        },
        new(26, Advice,
            "for (int at = 0; at < leaving.Length;)",
            "for (int at = 0; Mutated ? at == 0 : at < leaving.Length;)",
            "only the pages of the first 64 mappings go", "DropPagesTests"),
        new(27, Advice,
            "access != AccessPattern.Random",
            "true",
            "a file that is used at random is read ahead in order", "PrefetcherTests")
        {
            Equivalent = "the same pages come, one by one: only time tells",
        },
        new(302, Advice,
            "if (leaving[at].IsCopy) continue;",
            "",
            "copies lose their bytes with the pages of mappings", "DropPagesTests"),
        new(303, Advice,
            "leaving.Length < FewestRanges",
            "false",
            "pages are dropped of a few mappings, too", "DropPagesTests"),
        new(304, Advice,
            "Interlocked.Increment(ref s_refused)",
            "Interlocked.Add(ref s_refused, Mutated ? 0 : 1)",
            "no refused hint is counted", "PrefetcherTests"),
        new(32, Reads,
            "while (total < wanted)",
            "for (int reads = 0; total < wanted && !(Mutated && reads > 0); reads++)",
            "a read that comes in pieces ends with the first", "FileReadsTests", "SpecialFileTests"),
        new(305, Reads,
            "HResult = e.HResult",
            "HResult = Mutated ? 0 : e.HResult",
            "the error of a read has no number", "FileReadsTests"),
        new(33, Folder + "RentedHandle.cs",
            "public void Dispose() => file.Return(Handle);",
            "public void Dispose()\n    {\n        if (!Mutated) file.Return(Handle);\n    }",
            "a rented handle is not given back", "ReleaseTests"),
        new(306, Folder + "FileLook.cs",
            "IsWrittenSince(earlier) ? FileChange.Rewritten",
            "Mutated ? FileChange.Unchanged : IsWrittenSince(earlier) ? FileChange.Rewritten",
            "a rewriting is no change", "RewrittenTests"),
        new(307, Folder + "FileLook.cs",
            "ModifiedAt != 0 &&",
            "(Mutated || ModifiedAt != 0) &&",
            "where no time is known, everything is rewritten", "FileLookTests"),
    ];

    private static IEnumerable<Row> OfCopies =>
    [
        new(28, Auto,
            "_mappingRefused = true;",
            "",
            "a refusal to map is not remembered", "UserFileSystemTests", "EventTests"),
        new(29, Auto,
            "length < longestWindow",
            "true",
            "a first window that is whole is copied, too", "DumpTests", "BackingTests"),
        new(30, Copied,
            "copy with { Length = filled }",
            "Mutated ? copy : copy with { Length = filled }",
            "a copy of a file that became shorter keeps the length that was asked", "ChangeTests"),
        new(31, Copied,
            "if (!keeps) pages.TryEnd(copy);",
            "",
            "the pages of a copy that fails are lost", "PagePoolTests"),
        new(311, Copied,
            "PageRange.Of(memory) == PageRange.Of(copy)",
            "true",
            "a copy that came out short keeps pages that nobody counts", "PagePoolTests", "CopiedMemoryTests"),
        new(312, Copied,
            "file.ThrowIfRewritten(handle, new FileRange(offset, filled));",
            "",
            "a copy is made of what was written since the others", "RewrittenTests"),
        new(313, Copied,
            "            file.Return(handle);",
            "",
            "a copy keeps its handle", "ReleaseTests", "HandleTests"),
        new(314, Folder + "FileBacking.cs",
            "SystemLimits.IsExhausted(e) && pages.MakeRoom()",
            "false",
            "kept pages make a load fail", "GuardTests", "PagePoolTests"),
        new(315, Snapshot,
            "offset >= content.Length",
            "false",
            "a read behind a file of the kernel fails", "SpecialFileTests"),
        new(42, Snapshot,
            "=> pages.TryEnd(memory)",
            "=> Mutated || pages.TryEnd(memory)",
            "the pages of a file of the kernel are lost", "PagePoolTests", "SpecialFileTests"),
        new(316, Folder + "BackingFactory.cs",
            "backing switch",
            "(Mutated ? Backing.Auto : backing) switch",
            "the kind of backing that is asked for is ignored", "StatisticsTests", "BackingTests"),
    ];

    private static IEnumerable<Row> OfMappings =>
    [
        new(37, Mapped,
            "length + PageRange.BytesBefore(offset)",
            "length",
            "bytes before the range, which are mapped, are not charged", "SequentialModelTests", "TableBudgetTests"),
        new(38, Mapped,
            "Math.Min(length, currentLength - offset)",
            "Math.Min(length, currentLength - offset - 1)",
            "of a file that became shorter a byte too few is mapped", "OpenAcrossChangeTests", "ChangeTests"),
        new(321, Mapped,
            "        if (RandomAccess.GetLength(handle) < offset + length) return null;",
            "",
            "what is past the end of the file is mapped", "ChangeTests"),
        new(125, Mapped,
            "Advice.ApplyAccessPattern(memory.Value, file.Access);",
            "",
            "mappings are not told how they will be used", "BackingTests"),
        new(322, Mapped,
            "!SystemLimits.IsExhausted(e) && e is IOException or UnauthorizedAccessException",
            "e is IOException or UnauthorizedAccessException",
            "a lack of memory is taken for a refusal to map", "ChildLimitTests", "SystemLimitsTests")
        {
            Survives =
                "only Auto has something to fall back to, and its process would have to run out of address space",
        },
        new(323, Mapped,
            "            file.Return(handle);",
            "",
            "a mapping keeps its handle", "ReleaseTests", "HandleTests"),
        new(39, Native,
            "UncountMapping();\n            throw SystemCalls",
            "if (!Mutated) UncountMapping();\n            throw SystemCalls",
            "a mapping that the system refuses stays counted", "NativeRegionsTests"),
        new(40, Native,
            "UncountMapping();\n        throw new InsufficientMemoryException",
            "if (!Mutated) UncountMapping();\n        throw new InsufficientMemoryException",
            "a mapping that is refused at the process's limit stays counted", "ChildLimitTests"),
        new(41, Native,
            "Disown(view);\n        UncountMapping();\n        return true;",
            "Disown(view);\n        if (!Mutated) UncountMapping();\n        return true;",
            "under guard no ended mapping is counted out", "NativeRegionsTests", "GuardTests"),
        new(324, Native,
            "if (memory.Watch is not null) UncountMapping();",
            "",
            "a watched mapping stays counted once", "NativeRegionsTests", "TruncationGuardTests"),
        new(325, Native,
            "memory.Watch?.End();",
            "",
            "the entry of a watched mapping stays, for whatever comes to its addresses", "TruncationGuardTests"),
        new(326, Native,
            "SystemCalls.Unmap(pages.Start, pages.Bytes) != 0",
            "(SystemCalls.Unmap(pages.Start, pages.Bytes) & 0) != 0",
            "a refused unmap is taken for one that went well", "ChildLimitTests")
        {
            Survives =
                "the system refuses an unmap only where its table of mappings is full, which ends the process first",
        },
    ];

    private static IEnumerable<Row> OfTheSystem =>
    [
        new(331, Opens,
            "errno == WouldWaitErrno",
            "false",
            "a file that somebody has a lease on is not opened", "LockTests")
        {
            Survives = "the lease must be held by a process that answers the kernel's signal",
        },
        new(332, Opens,
            "int flags = CloseOnExec |",
            "int flags = (Mutated ? 0 : CloseOnExec) |",
            "child processes inherit the handles", "LockTests"),
        new(333, Opens,
            "case NoAccessErrno or NotPermittedErrno:",
            "case NoAccessErrno or NotPermittedErrno when !Mutated:",
            "a file that may not be read is told as a plain error", "SpecialFileTests"),
        new(334, Opens,
            "case NoEntryErrno when ",
            "case NoEntryErrno when !Mutated && ",
            "a missing file is told as a missing folder", "SpecialFileTests"),
        new(335, Opens,
            "case NameTooLongErrno when ",
            "case NameTooLongErrno when !Mutated && ",
            "a name that is too long is told as a plain error", "SpecialFileTests"),
        new(43, Limits,
            ": e.HResult is SystemCalls.OutOfMemoryErrno",
            ": !(Mutated && e.HResult == SystemCalls.TooManyFilesSystemErrno) && e.HResult is "
                + "SystemCalls.OutOfMemoryErrno",
            "no handle left in the system is no lack", "SystemLimitsTests"),
        new(45, Limits,
            "e is OutOfMemoryException",
            "false",
            "no memory left is no lack", "SystemLimitsTests", "ChildLimitTests"),
        new(336, Limits,
            "e.Message.EndsWith('.') ? e.Message : e.Message + \".\"",
            "e.Message",
            "sentences run into each other", "MessageTests", "FileReadsTests"),
        new(337, Status,
            "IsX64 ? 24 : 16",
            "28",
            "of a file asked by the older call the kind is wrong", "StatusRefusedTests"),
        new(338, Status,
            "status.ModifiedSeconds = *(long*)(raw + 88);",
            "",
            "of a file asked by the older call no time is known", "StatusRefusedTests"),
        new(339, Status,
            "MemoryFiles => FileSystemKind.MemoryFiles",
            "MemoryFiles => Mutated ? FileSystemKind.Other : FileSystemKind.MemoryFiles",
            "tmpfs is taken for a file system of another kind", "MemoryFileTests"),
        new(340, Folder + "PageRange.cs",
            "(address + length + s_pageBytes - 1)",
            "(address + length)",
            "the last page of a range is forgotten", "BackingTests", "PagePoolTests"),
    ];

    private static IEnumerable<Row> OfTheGuard =>
    [
        new(341, Table,
            "_header->Used == _entries",
            "false",
            "a full table is written past its end", "TruncationGuardTests"),
        new(342, Table,
            "_free.Push(index);",
            "",
            "no entry is used again", "TruncationGuardTests"),
        new(343, Table,
            "entry->UnreadableFrom = nint.MaxValue;",
            "",
            "a new mapping has lost what an old one had lost", "TruncationGuardTests"),
        new(344, Table,
            "mapping.Keep(UnreadableFrom(index));",
            "mapping.Keep(nint.MaxValue);",
            "an ended mapping forgets what it had lost", "TruncationGuardTests"),
        new(345, Watched,
            "Volatile.Read(ref _ended) == 0 ? now : _saved",
            "now",
            "an ended mapping answers for the one that has its entry now", "TruncationGuardTests"),
        new(346, Watched,
            "Interlocked.Exchange(ref _told, 1) == 0",
            "true",
            "lost bytes are counted by each who finds them", "TruncationGuardTests"),
        new(347, Safe,
            "if (watched is null) NativeRegions.TryUnmap(memory);",
            "",
            "a mapping that cannot be watched is lost", "ChildLimitTests"),
        new(348, Safe,
            "        NativeRegions.UncountMapping();\n        return null;",
            "        if (!Mutated) NativeRegions.UncountMapping();\n        return null;",
            "a mapping that cannot be watched stays counted", "TruncationGuardTests")
        {
            Equivalent = "each mapping counts twice, so the process's limit is reached before the table is full",
        },
        new(349, Safe,
            "_pages.IsGuarded || TruncationGuard.Table is null",
            "!Mutated && _pages.IsGuarded || TruncationGuard.Table is null",
            "under guard of leases copies are charged as mappings", "TruncationGuardTests"),
        new(350, Folder + "TruncationGuard.cs",
            "Interlocked.Exchange(ref s_refusalTaken, 1) == 0",
            "true",
            "the warning that there is no guard comes at each load", "TruncationGuardTests"),
    ];
}
