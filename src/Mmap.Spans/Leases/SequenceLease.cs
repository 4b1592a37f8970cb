using System.Buffers;
using System.Diagnostics;
using Mmap.Spans.Leases;

namespace Mmap.Spans;

/// <summary>
/// A promise that a range of any length stays readable until this is disposed: one segment for each region, none of
/// them empty, and a single one whenever one region can serve it.
/// </summary>
/// <remarks>
/// There is no finalizer: a lease that is never disposed keeps its regions in memory until the process ends. Where one
/// cannot dispose it, copy: <see cref="MappedFile.CopyTo"/>. Thread-safe, as <see cref="MemoryLease"/>. All of its
/// regions are in memory at once, so a sequence longer than the budget goes over it.
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
    /// The bytes. A segment's <see cref="ReadOnlySequenceSegment{T}.RunningIndex"/> is its offset in the file. Reading
    /// after the lease has ended throws <see cref="ObjectDisposedException"/>.
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

    /// <summary>The offset in the file of a position in <see cref="Sequence"/>.</summary>
    /// <remarks>
    /// <see cref="ReadOnlySequence{T}.GetOffset"/> gives the same for a sequence of several segments, but counts from
    /// the start of the segment when there is only one.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The position is not of this sequence.</exception>
    public long GetOffset(SequencePosition position)
    {
        if (_first is null ? position.Equals(Sequence.Start) : position.GetObject() is null) return Offset;
        // The framework's own checks compare only running indexes, which another lease of the file may have as well.
        if (_first is not null && _first.TryGetOffset(position, out long offset)) return offset;
        throw new ArgumentOutOfRangeException(nameof(position), "The position is not of this sequence.");
    }

    /// <summary>Says so if some of the bytes could not be read so far and zeroes stand for them.</summary>
    /// <inheritdoc cref="SpanLease.ThrowIfUnreadable"/>
    public void ThrowIfUnreadable()
    {
        if (_first is { HasEnded: true })
            throw new ObjectDisposedException(nameof(SequenceLease), "The sequence lease has ended.");
        for (MappedSegment? segment = _first; segment is not null; segment = segment.NextMapped)
        {
            if (segment.IsUnreadable(segment.Offset)) throw segment.Tell(segment.Offset);
        }
    }

    /// <summary>Ends the lease.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and zeroes stood for them. The lease has ended all the same. It is said once.</exception>
    public void Dispose()
    {
        FileChangedException? unreadable = null;
        for (MappedSegment? segment = _first; segment is not null; segment = segment.NextMapped)
        {
            if (!segment.End() || !segment.IsUnreadable(segment.Offset)) continue;
            FileChangedException told = segment.Tell(segment.Offset);
            unreadable ??= told;
        }

        // Everything is given back.
        if (unreadable is not null) throw unreadable;
    }
}
