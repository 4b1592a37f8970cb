using System.Buffers;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Arrays linked to one sequence.</summary>
internal sealed class SegmentedBytes : ReadOnlySequenceSegment<byte>
{
    private SegmentedBytes(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    /// <summary>A sequence of segments of that many bytes, and a rest.</summary>
    public static ReadOnlySequence<byte> Of(byte[] content, int segmentLength)
    {
        if (content.Length == 0) return ReadOnlySequence<byte>.Empty;
        var first = new SegmentedBytes(content.AsMemory(0, Math.Min(segmentLength, content.Length)), 0);
        SegmentedBytes last = first;
        for (int at = segmentLength; at < content.Length; at += segmentLength)
        {
            var next = new SegmentedBytes(content.AsMemory(at, Math.Min(segmentLength, content.Length - at)), at);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
