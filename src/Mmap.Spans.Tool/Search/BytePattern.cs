using System.Buffers;

namespace Mmap.Spans.Tool.Search;

/// <summary>Bytes to look for, with the case of ASCII letters or without.</summary>
internal sealed class BytePattern
{
    /// <summary>From the commonest in text to the rarest; what is not here is rarer still.</summary>
    private static ReadOnlySpan<byte> CommonFirst => " etaoinsrhldcumfpgwybvk"u8;

    private readonly byte[] _bytes;
    private readonly bool _ignoreCase;

    /// <summary>Without case, the place in the pattern of its rarest byte, and what that byte may be.</summary>
    private readonly int _anchor;
    private readonly SearchValues<byte>? _anchorBytes;

    /// <param name="bytes">At least one byte, no line feed.</param>
    /// <param name="ignoreCase">Whether ASCII letters match in both cases.</param>
    public BytePattern(ReadOnlySpan<byte> bytes, bool ignoreCase)
    {
        _bytes = bytes.ToArray();
        _ignoreCase = ignoreCase && bytes.ContainsAny(s_letters);
        if (!_ignoreCase) return;

        for (int i = 0; i < _bytes.Length; i++)
        {
            _bytes[i] = Lower(_bytes[i]);
            if (Rarity(_bytes[i]) > Rarity(_bytes[_anchor])) _anchor = i;
        }

        byte rarest = _bytes[_anchor];
        _anchorBytes = SearchValues.Create([rarest, Upper(rarest)]);
    }

    private static readonly SearchValues<byte> s_letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    public int Length => _bytes.Length;

    /// <summary>Where the pattern first begins in a span; -1 if it does not.</summary>
    public int IndexIn(ReadOnlySpan<byte> span)
    {
        if (!_ignoreCase) return span.IndexOf(_bytes);

        for (int start = 0; start <= span.Length - _bytes.Length; start++)
        {
            // An anchor further on than this would leave no room for the rest of the pattern.
            ReadOnlySpan<byte> anchors = span[(start + _anchor)..(span.Length - _bytes.Length + _anchor + 1)];
            int next = anchors.IndexOfAny(_anchorBytes!);
            if (next < 0) return -1;
            start += next;
            if (Matches(span.Slice(start, _bytes.Length))) return start;
        }

        return -1;
    }

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    private static byte Upper(byte value) => value is >= (byte)'a' and <= (byte)'z' ? (byte)(value & ~0x20) : value;

    private static int Rarity(byte value)
    {
        int place = CommonFirst.IndexOf(value);
        return place < 0 ? CommonFirst.Length : place;
    }

    private bool Matches(ReadOnlySpan<byte> candidate)
    {
        for (int i = 0; i < candidate.Length; i++)
        {
            if (Lower(candidate[i]) != _bytes[i]) return false;
        }

        return true;
    }
}
