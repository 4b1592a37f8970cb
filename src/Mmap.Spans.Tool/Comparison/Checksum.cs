using System.Buffers.Binary;
using System.Numerics;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The CRC-32C of all bytes in reading order; the division into spans makes no difference.</summary>
internal readonly struct Checksum : IWork
{
    /// <summary>The initial state. The published checksum is the complement of the final state.</summary>
    private const uint Inverted = uint.MaxValue;

    /// <summary>The checksum in the form that other programs print.</summary>
    public static string Format(long sum) => ((uint)sum).ToString("x8", provider: null);

    public static long Add(long sum, ReadOnlySpan<byte> bytes)
    {
        uint crc = (uint)sum ^ Inverted;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte last in bytes) crc = BitOperations.Crc32C(crc, last);
        return crc ^ Inverted;
    }
}
