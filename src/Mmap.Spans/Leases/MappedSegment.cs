using System.Buffers;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>The part of one region in a sequence; its running index is the offset in the file.</summary>
internal sealed class MappedSegment : ReadOnlySequenceSegment<byte>
{
    private readonly LeasedMemory _leased;

    /// <summary>Takes over the memory's lease.</summary>
    public MappedSegment(LeasedMemory leased)
    {
        _leased = leased;
        Memory = leased.Memory;
        RunningIndex = leased.Offset;
    }

    public MappedSegment? NextMapped => (MappedSegment?)Next;

    /// <summary>The region of the bytes.</summary>
    public Region Region => _leased.Region;

    /// <summary>The offset in the file of the first byte.</summary>
    public long Offset => _leased.Offset;

    /// <summary>One past the last byte's offset in the file.</summary>
    public long EndOffset => _leased.Offset + _leased.Length;

    /// <summary>The offset in the file of a position in a segment of that file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is in none.</exception>
    public static long OffsetOf(SequencePosition position, RegionDirectory file)
    {
        if (position.GetObject() is MappedSegment segment && segment.Region.Directory == file
            && segment.TryGetOffset(position, out long offset))
        {
            return offset;
        }

        throw new ArgumentOutOfRangeException(nameof(position), $"The position is not of a buffer of '{file.Name}'.");
    }

    /// <summary>Finds the offset in the file of a position in this segment or a later one.</summary>
    /// <returns>False if the position is in none of them.</returns>
    public bool TryGetOffset(SequencePosition position, out long offset)
    {
        object? wanted = position.GetObject();
        int index = position.GetInteger();
        for (MappedSegment? segment = this; segment is not null; segment = segment.NextMapped)
        {
            if (segment != wanted) continue;
            offset = segment.Offset + index;
            return (uint)index <= (uint)segment._leased.Length;
        }

        offset = 0;
        return false;
    }

    /// <summary>Appends the segment that begins at this one's end.</summary>
    public void Append(MappedSegment next) => Next = next;

    /// <summary>True if the lease of the bytes has ended.</summary>
    public bool HasEnded => _leased.HasEnded;

    /// <summary>True if bytes from an offset in the file on could not be read.</summary>
    public bool IsUnreadable(long from) => UnreadableBytes.AreIn(Region, from, EndOffset - from);

    /// <summary>Returns the exception for them; the region's window will be loaded anew.</summary>
    public FileChangedException DetachAndDescribe(long from) =>
        UnreadableBytes.DetachAndDescribe(Region, from, EndOffset - from);

    /// <summary>Ends the lease of the bytes.</summary>
    /// <returns>True if the caller must check for unreadable bytes; false if the lease had ended before.</returns>
    public bool End() => _leased.End();
}
