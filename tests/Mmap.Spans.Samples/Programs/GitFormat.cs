using System.Security.Cryptography;
using System.Text;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Names, numbers and differences as Git writes them.</summary>
internal static class GitFormat
{
    /// <summary>The name of an object: the digest of its kind, its length and its content.</summary>
    public static byte[] NameOf(string kind, byte[] content)
    {
        byte[] head = Encoding.ASCII.GetBytes($"{kind} {content.Length}\0");
#pragma warning disable CA5350 // Git chose it.
        return SHA1.HashData([.. head, .. content]);
#pragma warning restore CA5350
    }

    /// <summary>A length, in groups of seven bits, the low ones first.</summary>
    public static long ReadSize(ReadOnlySpan<byte> bytes, ref int at)
    {
        long size = 0;
        for (int shift = 0; ; shift += 7)
        {
            size |= (bytes[at] & 127L) << shift;
            if (bytes[at++] < 128) return size;
        }
    }

    /// <summary>How far before an object the other one is: high bits first, each further byte worth one more.</summary>
    public static long ReadDistance(ReadOnlySpan<byte> bytes, ref int at)
    {
        long distance = bytes[at] & 127;
        while (bytes[at++] >= 128) distance = ((distance + 1) << 7) | (bytes[at] & 127L);
        return distance;
    }

    /// <summary>Makes the object that a difference from another one is.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> from, ReadOnlySpan<byte> delta)
    {
        int at = 0, made = 0;
        if (ReadSize(delta, ref at) != from.Length) throw new InvalidDataException("It differs from another object.");
        byte[] result = new byte[ReadSize(delta, ref at)];
        while (at < delta.Length)
        {
            int command = delta[at++];
            int length = command;
            if (command < 128)
            {
                delta.Slice(at, length).CopyTo(result.AsSpan(made));
                at += length;
            }
            else
            {
                int start = ReadBytes(delta, ref at, command, count: 4);
                length = ReadBytes(delta, ref at, command >> 4, count: 3);
                if (length == 0) length = 0x10000;
                from.Slice(start, length).CopyTo(result.AsSpan(made));
            }

            made += length;
        }

        return result;
    }

    /// <summary>A number of which only those bytes stand there that are not zero.</summary>
    private static int ReadBytes(ReadOnlySpan<byte> delta, ref int at, int present, int count)
    {
        int number = 0;
        for (int i = 0; i < count; i++)
        {
            if ((present & (1 << i)) != 0) number |= delta[at++] << (8 * i);
        }

        return number;
    }
}
