using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mmap.Spans.Tool.Search;

/// <summary>A byte pattern to search for, with or without the case of ASCII letters.</summary>
/// <remarks>The search tests sixteen positions at a time for the two rarest bytes of the pattern, and compares the rest
/// where both match. The framework's own search tests the first and the last byte, which most often are common
/// letters.</remarks>
internal sealed class BytePattern
{
    private const byte CaseBit = 0x20;
    private const int Lanes = 16;

    /// <summary>Bytes from the commonest in text to the rarest; a byte not listed is rarer still.</summary>
    private static ReadOnlySpan<byte> CommonFirst => " \0etaoinsrhldcumfpgwybvk"u8;

    private readonly byte[] _bytes;
    private readonly bool _ignoreCase;
    private readonly Anchor _one;
    private readonly Anchor _two;

    /// <param name="bytes">The pattern: at least one byte, no line feed.</param>
    /// <param name="ignoreCase">True if ASCII letters match in both cases.</param>
    public BytePattern(ReadOnlySpan<byte> bytes, bool ignoreCase)
    {
        _bytes = bytes.ToArray();
        _ignoreCase = ignoreCase;
        if (ignoreCase)
        {
            foreach (ref byte value in _bytes.AsSpan()) value = Lower(value);
        }

        int[] rarestFirst = [.. Enumerable.Range(0, _bytes.Length).OrderByDescending(at => Rarity(_bytes[at]))];
        _one = AnchorAt(rarestFirst[0]);
        _two = AnchorAt(rarestFirst.FirstOrDefault(at => _bytes[at] != _bytes[_one.At], rarestFirst[^1]));
    }

    public int Length => _bytes.Length;

    /// <summary>The first index of the pattern in a span; -1 if there is none.</summary>
    public int IndexIn(ReadOnlySpan<byte> span)
    {
        int last = span.Length - _bytes.Length + 1 - Lanes;
        if (last < 0) return IndexInFew(span);

        Anchor one = _one, two = _two;
        // SAFETY: no place that is asked for is after last + 15, and the pattern still fits there.
        ref byte first = ref MemoryMarshal.GetReference(span);
        for (int start = 0; ;)
        {
            if (start <= last - 3 * Lanes)
            {
                Vector128<byte> any = Both(one, two, ref first, start) | Both(one, two, ref first, start + Lanes)
                    | Both(one, two, ref first, start + 2 * Lanes) | Both(one, two, ref first, start + 3 * Lanes);
                if (any == Vector128<byte>.Zero)
                {
                    start = Math.Min(start + 4 * Lanes, last);
                    continue;
                }
            }

            uint candidates = Both(one, two, ref first, start).ExtractMostSignificantBits();
            for (; candidates != 0; candidates &= candidates - 1)
            {
                int at = start + BitOperations.TrailingZeroCount(candidates);
                if (IsAt(span, at)) return at;
            }

            if (start == last) return -1;
            start = Math.Min(start + Lanes, last);
        }
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | CaseBit) : value;

    private static int Rarity(byte value)
    {
        int place = CommonFirst.IndexOf(Lower(value));
        return place < 0 ? CommonFirst.Length : place;
    }

    /// <summary>
    /// The anchor for a byte. A letter's case bit is masked out; the full comparison rejects false matches.
    /// </summary>
    private Anchor AnchorAt(int at)
    {
        bool eitherCase = _ignoreCase && char.IsAsciiLetter((char)_bytes[at]);
        return new Anchor(at, Vector128.Create(_bytes[at]), Vector128.Create(eitherCase ? CaseBit : (byte)0));
    }

    private int IndexInFew(ReadOnlySpan<byte> span)
    {
        for (int at = 0; at <= span.Length - _bytes.Length; at++)
        {
            if (IsAt(span, at)) return at;
        }

        return -1;
    }

    /// <summary>The mask of the sixteen positions at which both anchors match.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Both(Anchor one, Anchor two, ref byte first, int start) =>
        one.AtPlaces(ref first, start) & two.AtPlaces(ref first, start);

    private bool IsAt(ReadOnlySpan<byte> span, int at)
    {
        ReadOnlySpan<byte> candidate = span.Slice(at, _bytes.Length);
        if (!_ignoreCase) return candidate.SequenceEqual(_bytes);
        for (int i = 0; i < candidate.Length; i++)
        {
            if (Lower(candidate[i]) != _bytes[i]) return false;
        }

        return true;
    }

    /// <summary>An anchor: a byte of the pattern that is searched for first.</summary>
    /// <param name="At">Its index in the pattern.</param>
    /// <param name="Value">The byte, sixteen times; a lower-case letter where case is ignored.</param>
    /// <param name="Ignored">The masked bit, sixteen times.</param>
    private readonly record struct Anchor(int At, Vector128<byte> Value, Vector128<byte> Ignored)
    {
        // SAFETY: the caller's last place of the sixteen leaves room for the whole pattern, and the anchor lies in it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> AtPlaces(ref byte first, int start) =>
            Vector128.Equals(Vector128.LoadUnsafe(ref first, (nuint)start + (nuint)At) | Ignored, Value);
    }
}
