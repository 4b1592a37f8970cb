using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Memory;

/// <summary>
/// The mappings that the truncation guard watches, in native memory that its handler reads without a lock. Written
/// under one lock, on a miss and on an unmap. Thread-safe.
/// </summary>
/// <remarks><code>
///   header   0 faults    8 used    16 page mask   24 nothing           32 previous handler   to 64: nothing
///   entry    0 version   8 start   16 end         24 unreadable from   32 faults             to 64: nothing
/// </code>
/// A version is odd while its entry is written. The handler reads it before the start and after the end. Otherwise an
/// entry reused at that moment could show the start of one mapping and the end of another; between them lie other
/// mappings. An entry stays at its place, so the handler may look at any that it has seen counted.
/// </remarks>
// SAFETY: unsafe for the pointer to the table. Once a handler knows the table, it stays mapped for the life of the
// process. Each index below is of an entry that TryWatch has taken, so it is below the maximum of entries.
internal sealed unsafe class GuardTable
{
    /// <summary>The length of the header, and of an entry: a line of the processor's cache each.</summary>
    private const int LineBytes = 64;

    private readonly Header* _header;
    private readonly int _entries;

    /// <summary>The unused entries; also the lock of everything that is written.</summary>
    private readonly Stack<int> _free = new();

    private GuardTable(nint address, int entries)
    {
        _header = (Header*)address;
        _entries = entries;
        *_header = new Header { Faults = 0, PageMask = -Environment.SystemPageSize };
    }

    [StructLayout(LayoutKind.Explicit, Size = LineBytes)]
    private struct Header
    {
        [FieldOffset(0)] public long Faults;
        [FieldOffset(8)] public long Used;
        [FieldOffset(16)] public nint PageMask;
        [FieldOffset(32)] public nint Previous;
    }

    [StructLayout(LayoutKind.Explicit, Size = LineBytes)]
    private struct Entry
    {
        [FieldOffset(0)] public long Version;
        [FieldOffset(8)] public nint Start;
        [FieldOffset(16)] public nint End;
        [FieldOffset(24)] public nint UnreadableFrom;
        [FieldOffset(32)] public long Faults;
    }

    /// <summary>The address that the handler reads.</summary>
    public nint Address => (nint)_header;

    /// <summary>The faults that the handler has met, for all mappings ever.</summary>
    // Order: acquire. Stale: a fault of this moment is missing from the shown number.
    public long Faults => Volatile.Read(ref _header->Faults);

    /// <summary>The handler for faults outside watched mappings.</summary>
    public nint Previous
    {
        // Order: release; a thread signalled afterwards finds it. Stale: none, it is set before the handler is known.
        set => Volatile.Write(ref _header->Previous, value);
    }

    /// <summary>Makes a table without entries.</summary>
    /// <param name="entries">The maximum of entries; the system gives memory for used ones only.</param>
    /// <exception cref="InsufficientMemoryException">There are no addresses for it.</exception>
    [SupportedOSPlatform("linux")]
    public static GuardTable Make(int entries)
    {
        const int ReadAndWrite = 3, PrivateUnreserved = 0x4002;
        // SAFETY: nothing is there before, at an address that the system chooses.
        nint address = SystemCalls.Map(
            0, (nuint)BytesOf(entries), ReadAndWrite, PrivateUnreserved | SystemCalls.Anonymous, -1, 0);
        return address is not (0 or -1)
            ? new GuardTable(address, entries)
            : throw new InsufficientMemoryException(
                $"There are no addresses for a table of {new Amount(entries, "mapping")}.");
    }

    /// <summary>Frees a table that no handler knows.</summary>
    public void Free() => NativePages.TryFreeAddresses(new PageRange(Address, (nuint)BytesOf(_entries)));

    /// <summary>Adds a mapping for the handler to watch.</summary>
    /// <param name="pages">All of it.</param>
    /// <returns>Null if the maximum is reached.</returns>
    public WatchedMapping? TryWatch(PageRange pages)
    {
        using (new MonitorScope(_free))
        {
            // Order: none needed; only written under this lock.
            bool fresh = !_free.TryPop(out int index);
            if (fresh)
            {
                if (_header->Used == _entries) return null;
                index = (int)_header->Used;
            }

            Write(index, pages.Start, pages.Start + (nint)pages.Bytes);
            // Order: release; the entry is whole before the handler counts it.
            if (fresh) Volatile.Write(ref _header->Used, index + 1);
            return new WatchedMapping(this, index);
        }
    }

    /// <summary>Ends the watch of an entry; another mapping may then use it.</summary>
    /// <param name="index">An entry.</param>
    /// <param name="mapping">Its mapping, which keeps the entry's last state before the entry is reused.</param>
    public void Unwatch(int index, WatchedMapping mapping)
    {
        using (new MonitorScope(_free))
        {
            mapping.Keep(UnreadableFrom(index));
            Write(index, 0, 0);
            _free.Push(index);
        }
    }

    /// <summary>
    /// The lowest address of an entry's mapping that could not be read; <see cref="nint.MaxValue"/> if there is none.
    /// </summary>
    // Order: acquire. The handler writes it before it maps zeroes, so a thread that has read a zero finds it.
    public nint UnreadableFrom(int index) => Volatile.Read(ref At(index)->UnreadableFrom);

    private static long BytesOf(int entries) => LineBytes * (1L + entries);

    private Entry* At(int index) => (Entry*)((byte*)_header + LineBytes * (1L + index));

    /// <summary>Writes an entry that the handler may be looking at. Under the lock.</summary>
    private void Write(int index, nint start, nint end)
    {
        Entry* entry = At(index);
        long version = entry->Version;
        // Order: full, after it; a reader of a new field sees that the version is odd or has changed.
        Volatile.Write(ref entry->Version, version + 1);
        Interlocked.MemoryBarrier();
        entry->Start = start;
        entry->End = end;
        entry->UnreadableFrom = nint.MaxValue;
        entry->Faults = 0;
        // Order: release; the fields come before it.
        Volatile.Write(ref entry->Version, version + 2);
    }
}
