using System.Buffers.Binary;

namespace Mmap.Spans.Samples;

/// <summary>A chunk of the file: four bytes of length, four of kind, and that many bytes.</summary>
public readonly record struct Chunk(long Offset, int Kind, int Length, ulong Hash);

/// <summary>Walks over the chunks of a file.</summary>
public static class ChunkParser
{
    private const int HeaderBytes = 8;

    /// <summary>All chunks, in order.</summary>
    /// <exception cref="InvalidDataException">A chunk is cut off.</exception>
    public static List<Chunk> Parse(MappedFile file)
    {
        var chunks = new List<Chunk>();
        using WindowCursor cursor = file.CreateCursor();
        // Moving on inside a window costs about a nanosecond; the cursor shows at least the overlap, or the rest.
        for (long at = 0; cursor.MoveTo(at);)
        {
            ReadOnlySpan<byte> shown = cursor.Span;
            if (shown.Length < HeaderBytes) throw new InvalidDataException($"The chunk at {at} has no header.");
            int length = BinaryPrimitives.ReadInt32LittleEndian(shown),
                kind = BinaryPrimitives.ReadInt32LittleEndian(shown[4..]);
            if (length < 0 || length > file.Length - at - HeaderBytes)
                throw new InvalidDataException($"The chunk at {at} is cut off.");

            chunks.Add(new Chunk(at, kind, length, HashOf(shown[HeaderBytes..], file, at + HeaderBytes, length)));
            at += HeaderBytes + length;
        }

        return chunks;
    }

    private static ulong HashOf(ReadOnlySpan<byte> shown, MappedFile file, long offset, int length)
    {
        if (length <= shown.Length) return Hash(shown[..length]);

        // Longer than the cursor's span: a lease is contiguous at any length.
        using SpanLease lease = file.LeaseSpan(offset, length);
        return Hash(lease.Span);
    }

    /// <summary>FNV-1a.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte one in bytes) hash = (hash ^ one) * 1099511628211;
        return hash;
    }
}
