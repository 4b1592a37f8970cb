using System.Text;

namespace Mmap.Spans.Tool.Search;

/// <summary>Finds lines that a regular expression of .NET matches, each line by itself, read as UTF-8.</summary>
/// <remarks>Invalid UTF-8 reads as U+FFFD. As many lines as fit are read as text together. Lines are read one by one
/// where invalid UTF-8 hides the boundaries in bytes, or where the expression must not see other lines. A line is held
/// as text while it is matched, so its length is limited.</remarks>
internal sealed class RegexFinder(WindowCursor cursor, LineExpression expression) : ILineFinder
{
    private const int LongestLine = 1 << 30;
    private const int BlockBytes = 1 << 16;

    private char[] _text = [];

    /// <summary>The start of the unexamined part of the text: whole lines.</summary>
    private int _at;
    private int _end;

    /// <summary>The offset of the byte that <c>_text[_at]</c> was read from, or of the first unread byte.</summary>
    private long _next;

    /// <summary>The number of lines before that offset.</summary>
    private long _lines;

    /// <summary>The offset up to which lines are matched one by one.</summary>
    private long _oneByOneUntil;

    public bool TryNext(out FoundLine line)
    {
        while (true)
        {
            if (_at < _end)
            {
                if (TryNextInText(out line)) return true;
                continue;
            }

            line = default;
            if (!cursor.MoveTo(_next)) return false;
            if (!TryReadLines() && TryOneLine(out line)) return true;
        }
    }

    /// <summary>Reads as many whole lines as fit; false if lines must be matched one by one here.</summary>
    private bool TryReadLines()
    {
        if (!expression.TakesManyLines || _next < _oneByOneUntil) return false;

        ReadOnlySpan<byte> view = cursor.Span;
        if (view.Length > BlockBytes) view = view[..BlockBytes];
        if (_next + view.Length < cursor.File.Length) view = view[..(view.LastIndexOf((byte)'\n') + 1)];
        if (view.IsEmpty) return false;

        ReadOnlySpan<char> text = Read(view);
        if (Encoding.UTF8.GetByteCount(text) != view.Length)
        {
            _oneByOneUntil = _next + view.Length;
            return false;
        }

        _at = 0;
        _end = text.Length;
        return true;
    }

    private bool TryNextInText(out FoundLine line)
    {
        ReadOnlySpan<char> text = _text.AsSpan(_at, _end - _at);
        line = default;
        if (expression.Search(text) is not { } match || IsPastTheLastLine(match, text))
        {
            Pass(text);
            return false;
        }

        int start = text[..match.Start.Value].LastIndexOf('\n') + 1;
        Pass(text[..start]);
        text = text[start..];
        int lineFeed = text.IndexOf('\n');
        ReadOnlySpan<char> found = lineFeed < 0 ? text : text[..lineFeed];
        if (match.End.Value <= start + found.Length || expression.IsMatch(found))
            line = new FoundLine(_next, _next + Encoding.UTF8.GetByteCount(found), _lines + 1);
        Pass(lineFeed < 0 ? text : text[..(lineFeed + 1)]);
        return line.Number > 0;
    }

    /// <summary>True for a match of the empty text after the last line feed, where no line is.</summary>
    private static bool IsPastTheLastLine(Range match, ReadOnlySpan<char> text) =>
        match.Start.Value == text.Length && text[^1] == '\n';

    /// <summary>Skips text whose lines are done.</summary>
    private void Pass(ReadOnlySpan<char> text)
    {
        _at += text.Length;
        _next += Encoding.UTF8.GetByteCount(text);
        _lines += text.Count('\n');
    }

    private bool TryOneLine(out FoundLine line)
    {
        long start = _next;
        ReadOnlySpan<byte> view = cursor.Span;
        int lineFeed = view.IndexOf((byte)'\n');
        bool whole = lineFeed >= 0 || cursor.End == cursor.File.Length;
        long end = lineFeed >= 0 ? start + lineFeed : whole ? cursor.End : LineEnds.Find(cursor, cursor.End);

        _next = end + 1;
        _lines++;
        line = new FoundLine(start, end, _lines);
        return whole ? expression.IsMatch(Read(view[..(int)(end - start)])) : IsLongMatch(start, end);
    }

    /// <summary>Matches a line that crosses a window's edge by more than the overlap; it is mapped by itself.</summary>
    private bool IsLongMatch(long start, long end)
    {
        if (end - start > LongestLine)
        {
            string limit = ByteSize.Format(LongestLine);
            throw new NotSupportedException($"Line {_lines} is longer than {limit}; --regex reads a line at once.");
        }

        // Release before moving: the budget may allow one region only.
        cursor.Release();
        using SpanLease lease = cursor.File.LeaseSpan(start, (int)(end - start));
        return expression.IsMatch(Read(lease.Span));
    }

    private ReadOnlySpan<char> Read(ReadOnlySpan<byte> bytes)
    {
        if (_text.Length < bytes.Length)
            _text = GC.AllocateUninitializedArray<char>(Math.Max(bytes.Length, BlockBytes));
        return _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text));
    }
}
