using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>
/// A policy's view of one region: its size, its touched byte, and the queue it stands in. The shipped clock keeps
/// its own part in the base, as it does in the library.
/// </summary>
internal sealed class Entry : ClockEntry
{
    public Entry(int id, long bytes)
    {
        Id = id;
        ChargedBytes = bytes;
        Touched = Untouched;
    }

    public int Id { get; }

    public long Bytes => ChargedBytes;

    /// <summary>The neighbours in a policy's own queue, and that queue.</summary>
    public Entry? Older, Younger;

    public EntryQueue? In;
}
