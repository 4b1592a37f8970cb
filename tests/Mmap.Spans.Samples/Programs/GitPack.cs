using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Reads the objects of a Git pack (version 2, SHA-1) by name. For one thread at a time.</summary>
public sealed class GitPack(MappedFile index, MappedFile pack)
{
    private const int FanOutAt = 8, NamesAt = FanOutAt + (256 * 4), NameBytes = 20, MostCached = 4096;
    private static readonly string[] s_kinds = ["", "commit", "tree", "blob", "tag"];
    private readonly Dictionary<long, (string Kind, byte[] Content)> _cache = [];

    /// <summary>Finds all objects by name, and recomputes their names. Argument: the folder of the packs.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, MaxMappedBytes = 256 << 10 });
        foreach (string path in Directory.GetFiles(arguments is [string at] ? at : ".git/objects/pack", "*.idx"))
        {
            using MappedFile index = manager.Open(path), pack = manager.Open(Path.ChangeExtension(path, ".pack"));
            var objects = new GitPack(index, pack);
            IEnumerable<int> all = Enumerable.Range(0, objects.Count);
            Figures.Compare(output, 5, ("find all", () => all.Count(i => objects.Find(objects.NameAt(i)) == i)),
                ("read all, recompute names", () => all.Count(new GitPack(index, pack).HasItsName)));
        }

        output.WriteLine($"mapped at most {manager.GetStatistics().PeakMappedBytes >> 10} KiB of 256");
        return Task.CompletedTask;
    }

    /// <summary>The number of objects: the last entry of the fan-out.</summary>
    public int Count => ReadNumber(NamesAt - 4);

    /// <summary>The name of an object, by its place in the sorted index.</summary>
    public byte[] NameAt(int i)
    {
        using SpanLease name = index.LeaseSpan(NamesAt + ((long)i * NameBytes), NameBytes);
        return name.Span.ToArray();
    }

    /// <summary>The place of a name in the index; -1 if the pack has no such object.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        // The fan-out counts the names up to each first byte: the bisection begins between two of its entries.
        int low = name[0] == 0 ? 0 : ReadNumber(FanOutAt + ((name[0] - 1) * 4));
        int high = ReadNumber(FanOutAt + (name[0] * 4));
        SpanReader names = index.CreateReader();
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            using SpanLease candidate = names.LeaseSpan(NamesAt + ((long)middle * NameBytes), NameBytes);
            int order = name.SequenceCompareTo(candidate.Span);
            if (order == 0) return middle;
            (low, high) = order < 0 ? (low, middle) : (middle + 1, high);
        }

        return -1;
    }

    /// <summary>Compares the name of an object with the digest of its kind, its length and its content.</summary>
    public bool HasItsName(int i)
    {
        (string kind, byte[] content) = ReadAt(OffsetOf(i));
        byte[] named = [.. Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"), .. content];
        return NameAt(i).SequenceEqual(CryptographicOperations.HashData(HashAlgorithmName.SHA1, named));
    }

    private int ReadNumber(long offset) => BinaryPrimitives.ReverseEndianness(index.Read<int>(offset));

    private long OffsetOf(int i)
    {
        // Behind names and checksums: offsets of 31 bits. A negative one selects an offset of 64 bits behind them.
        long offsets = NamesAt + ((NameBytes + 4L) * Count), large = offsets + (4L * Count);
        int offset = ReadNumber(offsets + (4L * i));
        if (offset >= 0) return offset;
        return BinaryPrimitives.ReverseEndianness(index.Read<long>(large + (8L * (offset & int.MaxValue))));
    }

    private (string Kind, byte[] Content) ReadAt(long offset)
    {
        if (_cache.TryGetValue(offset, out (string, byte[]) cached)) return cached;
        // The head: four bits of the size, three of the type, the rest of the size; the base of a delta (6 and 7).
        using var head = new BinaryReader(pack.OpenStream(offset));
        long sizeAndType = head.Read7BitEncodedInt64(), type = (sizeAndType >> 4) & 7;
        byte[] body = new byte[(sizeAndType >> 7 << 4) | (sizeAndType & 15)];
        long from = type == 6 ? offset - ReadDistance(head) : type == 7 ? OffsetOf(Find(head.ReadBytes(NameBytes))) : 0;
        using (var inflated = new ZLibStream(head.BaseStream, CompressionMode.Decompress)) inflated.ReadExactly(body);
        // The stream is closed, and its window released: a chain of deltas needs one window at a time.
        if (_cache.Count == MostCached) _cache.Clear();
        return _cache[offset] = from == 0 ? (s_kinds[type], body) : Apply(body, ReadAt(from));
    }

    /// <summary>High groups first. Each further group adds one, so that no distance has two encodings.</summary>
    private static long ReadDistance(BinaryReader head, long above = -1)
    {
        byte group = head.ReadByte();
        long distance = ((above + 1) << 7) | (group & 127L);
        return group < 128 ? distance : ReadDistance(head, distance);
    }

    private static (string Kind, byte[] Content) Apply(byte[] delta, (string Kind, byte[] Content) source)
    {
        using var commands = new BinaryReader(new MemoryStream(delta));
        if (commands.Read7BitEncodedInt64() != source.Content.Length) throw new InvalidDataException("Another base.");
        byte[] content = new byte[commands.Read7BitEncodedInt64()];
        using var written = new MemoryStream(content);
        while (written.Position < content.Length)
        {
            // Below 128: the length of new bytes. Otherwise seven flags: which bytes of an offset and a length follow.
            long command = commands.ReadByte(), range = 0;
            for (int i = 0; i < 7 && command >= 128; i++)
                if ((command & (1 << i)) != 0) range |= (long)commands.ReadByte() << (8 * i);
            int length = range >> 32 == 0 ? 0x10000 : (int)(range >> 32);
            written.Write(command < 128 ? commands.ReadBytes((int)command) : source.Content.AsSpan((int)range, length));
        }

        return (source.Kind, content);
    }
}
