using System.Buffers.Binary;
using System.IO.Compression;

namespace Mmap.Spans.Samples.Programs;

/// <summary>
/// Objects of a Git pack by name: the index (version 2, SHA-1) tells where, the pack holds them, deflated and as
/// differences from others. Both are read in place. For one thread at a time.
/// </summary>
public sealed class GitPack(MapManager manager, string indexPath) : IDisposable
{
    private const int FanOutAt = 8, NamesAt = FanOutAt + (256 * 4), NameBytes = 20, KeptBytes = 16 << 20;
    private static readonly string[] s_kinds = ["", "commit", "tree", "blob", "tag"];
    private readonly MappedFile _index = manager.Open(indexPath);
    private readonly MappedFile _pack = manager.Open(Path.ChangeExtension(indexPath, ".pack"));
    private readonly Dictionary<long, (string Kind, byte[] Content)> _read = [];
    private long _readBytes;

    /// <summary>How many objects there are: the last number of the fan-out.</summary>
    public int Count => Number(NamesAt - 4);

    /// <summary>Whether the name of an object is the digest of what is read for it.</summary>
    public bool IsNamedRight(int i)
    {
        (string kind, byte[] content) = Read(i);
        return NameAt(i).AsSpan().SequenceEqual(GitFormat.NameOf(kind, content));
    }

    /// <summary>A name; they are in order.</summary>
    public byte[] NameAt(int i)
    {
        using SpanLease name = _index.LeaseSpan(NamesAt + ((long)i * NameBytes), NameBytes);
        return name.Span.ToArray();
    }

    /// <summary>Which of the objects has a name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        // The fan-out bounds it by its first byte, then it is bisected.
        int low = name[0] == 0 ? 0 : Number(FanOutAt + ((name[0] - 1) * 4));
        int high = Number(FanOutAt + (name[0] * 4));
        SpanReader index = _index.CreateReader();
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            using SpanLease there = index.LeaseSpan(NamesAt + ((long)middle * NameBytes), NameBytes);
            int order = name.SequenceCompareTo(there.Span);
            if (order == 0) return middle;
            (low, high) = order < 0 ? (low, middle) : (middle + 1, high);
        }

        return -1;
    }

    /// <summary>An object: what it is, and its bytes.</summary>
    public (string Kind, byte[] Content) Read(int i) => ReadAt(OffsetOf(i));

    /// <summary>Closes both files.</summary>
    public void Dispose()
    {
        _index.Dispose();
        _pack.Dispose();
    }

    private int Number(long offset) => BinaryPrimitives.ReverseEndianness(_index.Read<int>(offset));

    private long OffsetOf(int i)
    {
        // Names, checksums, offsets of 31 bits, and for those that are larger, places among offsets of 64.
        long offsets = NamesAt + ((NameBytes + 4L) * Count);
        int offset = Number(offsets + (4L * i));
        long large = offsets + (4L * Count) + (8L * (offset & int.MaxValue));
        return offset >= 0 ? offset : BinaryPrimitives.ReverseEndianness(_index.Read<long>(large));
    }

    private (string Kind, byte[] Content) ReadAt(long offset)
    {
        if (_read.TryGetValue(offset, out (string, byte[]) known)) return known;

        long sizeAndKind, from = -1;
        int at = 0, kind;
        // How long the head is, is known when it is read. The lease ends before another object is asked for.
        using (SpanLease head = _pack.LeaseSpanUpTo(offset, 64))
        {
            sizeAndKind = GitFormat.ReadSize(head.Span, ref at);
            kind = (int)(sizeAndKind >> 4) & 7;
            if (kind == 6) from = offset - GitFormat.ReadDistance(head.Span, ref at);
            if (kind == 7)
            {
                from = OffsetOf(Find(head.Span.Slice(at, NameBytes)));
                at += NameBytes;
            }
        }

        byte[] bytes = new byte[(sizeAndKind >> 7 << 4) | (sizeAndKind & 15)];
        using (var inflated = new ZLibStream(_pack.OpenStream(offset + at), CompressionMode.Decompress))
            inflated.ReadExactly(bytes);
        (string Kind, byte[] Content) read = from < 0 ? (s_kinds[kind], bytes) : ReadAt(from);
        if (from >= 0) read.Content = GitFormat.Apply(read.Content, bytes);

        if ((_readBytes += read.Content.Length) > KeptBytes)
        {
            _read.Clear();
            _readBytes = read.Content.Length;
        }

        return _read[offset] = read;
    }
}
