using System.Buffers;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>One region's part of a sequence; its running index is the offset in the file.</summary>
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

    /// <summary>The region the bytes are in.</summary>
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

    /// <summary>The offset in the file of a position in this segment or one of those behind it.</summary>
    /// <returns>False if the position is of none of them.</returns>
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

    /// <summary>Puts the segment that begins where this one ends behind it.</summary>
    public void Append(MappedSegment next) => Next = next;

    /// <summary>Whether the lease of the bytes has ended.</summary>
    public bool HasEnded => _leased.HasEnded;

    /// <summary>Whether bytes of it, from an offset in the file on, could not be read.</summary>
    public bool IsUnreadable(long from) => UnreadableBytes.AreIn(Region, from, EndOffset - from);

    /// <summary>What is thrown then; the region's window is loaded anew when it is next wanted.</summary>
    public FileChangedException Tell(long from) => UnreadableBytes.Tell(Region, from, EndOffset - from);

    /// <summary>Ends the lease of the bytes.</summary>
    /// <returns>Whether it is to be asked if some of them could not be read; never, if it had ended before.</returns>
    public bool End() => _leased.End();
}
