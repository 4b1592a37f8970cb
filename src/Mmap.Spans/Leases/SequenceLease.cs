using System.Buffers;
using System.Diagnostics;
using Mmap.Spans.Leases;

namespace Mmap.Spans;

/// <summary>
/// A promise that a range of any length stays readable until it is disposed. There is one non-empty segment for each
/// region, and a single one whenever one region can serve the range.
/// </summary>
/// <remarks>
/// There is no finalizer: a lease that is never disposed keeps its regions in memory until the process ends. If you
/// cannot dispose it, copy instead: <see cref="MappedFile.CopyTo"/>. Thread-safe, as <see cref="MemoryLease"/>. All of
/// its regions are in memory at the same time, so a sequence longer than the budget exceeds it.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class SequenceLease : IDisposable
{
    private readonly MappedSegment? _first;

    internal SequenceLease(long offset, long length, MappedSegment? first, MappedSegment? last)
    {
        Offset = offset;
        Length = length;
        _first = first;
        Sequence = first is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    /// <summary>
    /// The bytes. A segment's <see cref="ReadOnlySequenceSegment{T}.RunningIndex"/> is its offset in the file. After
    /// the lease has ended, reading throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public ReadOnlySequence<byte> Sequence { get; }

    /// <summary>The offset in the file of the first byte.</summary>
    public long Offset { get; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    private string DebuggerText => _first is null
        ? "no bytes"
        : $"bytes {new FileRange(Offset, Length)} of '{_first.Region.Directory.Name}'"
          + (_first.HasEnded ? ", ended" : "");

    /// <summary>Returns the offset in the file of a position in <see cref="Sequence"/>.</summary>
    /// <remarks>
    /// <see cref="ReadOnlySequence{T}.GetOffset"/> gives the same for a sequence of several segments. If there is only
    /// one, it counts from the start of that segment.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The position is not in this sequence.</exception>
    public long GetOffset(SequencePosition position)
    {
        if (_first is null ? position.Equals(Sequence.Start) : position.GetObject() is null) return Offset;
        // The framework checks running indexes only, and another lease of the file may have the same ones.
        if (_first is not null && _first.TryGetOffset(position, out long offset)) return offset;
        throw new ArgumentOutOfRangeException(nameof(position), "The position is not of this sequence.");
    }

    /// <summary>Throws if some of the bytes could not be read so far, so that zeroes stand for them.</summary>
    /// <inheritdoc cref="SpanLease.ThrowIfUnreadable"/>
    public void ThrowIfUnreadable()
    {
        if (_first is { HasEnded: true })
        {
            string which = $"The lease of bytes {new FileRange(Offset, Length)} of '{_first.Region.Directory.Name}'";
            throw new ObjectDisposedException(nameof(SequenceLease), which + " has ended.");
        }

        for (MappedSegment? segment = _first; segment is not null; segment = segment.NextMapped)
        {
            if (segment.IsUnreadable(segment.Offset)) throw segment.DetachAndDescribe(segment.Offset);
        }
    }

    /// <summary>Ends the lease. Idempotent.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and were zeroes. The lease has ended all the same. Thrown once.</exception>
    public void Dispose()
    {
        FileChangedException? unreadable = null;
        for (MappedSegment? segment = _first; segment is not null; segment = segment.NextMapped)
        {
            if (!segment.End() || !segment.IsUnreadable(segment.Offset)) continue;
            FileChangedException told = segment.DetachAndDescribe(segment.Offset);
            unreadable ??= told;
        }

        // All regions are released by now.
        if (unreadable is not null) throw unreadable;
    }
}
