using System.IO.Compression;

namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// One git pack, as a trace needs it: the place of each object, its base, the rank of its name in the index, and the
/// order of a walk through the history. Numbers only, without names and content.
/// </summary>
/// <param name="Packed">The bytes of each object in the pack, in pack order.</param>
/// <param name="Base">The distance from a delta back to its base, in objects of the pack; 0 for a whole object.</param>
/// <param name="Rank">The place of the object's name in the index.</param>
/// <param name="FanOut">The names that begin with a byte up to this one, for each of the 256 bytes.</param>
/// <param name="Walk">The objects in the order of the history, as places in pack order.</param>
internal sealed record PackRecording(int[] Packed, int[] Base, int[] Rank, int[] FanOut, int[] Walk)
{
    /// <summary>A pack begins with a header of twelve bytes.</summary>
    private const int PackHeader = 12;

    public long[] Offsets()
    {
        long[] offsets = new long[Packed.Length + 1];
        offsets[0] = PackHeader;
        for (int k = 0; k < Packed.Length; k++) offsets[k + 1] = offsets[k] + Packed[k];
        return offsets;
    }

    public static PackRecording Read(Stream stream)
    {
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        using var reader = new BinaryReader(brotli);
        int[] Column(int count, bool differences)
        {
            int[] column = new int[count];
            for (int k = 0, last = 0; k < count; k++)
            {
                int value = reader.Read7BitEncodedInt();
                if (differences) value = last + ((value >> 1) ^ -(value & 1));
                column[k] = last = value;
            }

            return column;
        }

        int objects = reader.ReadInt32();
        int walked = reader.ReadInt32();
        return new PackRecording(
            Column(objects, false), Column(objects, false), Column(objects, false), Column(256, false),
            Column(walked, true));
    }

    public void Write(Stream stream)
    {
        using var brotli = new BrotliStream(stream, CompressionLevel.SmallestSize);
        using var writer = new BinaryWriter(brotli);
        void Column(int[] column, bool differences)
        {
            int last = 0;
            foreach (int value in column)
            {
                int step = value - last;
                writer.Write7BitEncodedInt(differences ? (step << 1) ^ (step >> 31) : value);
                last = value;
            }
        }

        writer.Write(Packed.Length);
        writer.Write(Walk.Length);
        Column(Packed, false);
        Column(Base, false);
        Column(Rank, false);
        Column(FanOut, false);
        Column(Walk, true);
    }
}
