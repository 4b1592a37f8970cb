using System.Text;
using System.Text.RegularExpressions;

namespace Mmap.Spans.Tool.Search;

/// <summary>Finds lines that a regular expression of .NET matches, each line by itself, read as UTF-8.</summary>
/// <remarks>Bytes that are no UTF-8 read as U+FFFD. A line is held as text while it is looked at, so its length has a limit.</remarks>
internal sealed class RegexFinder(WindowCursor cursor, Regex regex) : ILineFinder
{
    private const int LongestLine = 1 << 30;

    private char[] _text = [];
    private long _next;
    private long _number;

    public bool TryNext(out FoundLine line)
    {
        while (cursor.MoveTo(_next))
        {
            long start = _next;
            ReadOnlySpan<byte> view = cursor.Span;
            int lineFeed = view.IndexOf((byte)'\n');
            bool whole = lineFeed >= 0 || cursor.End == cursor.File.Length;
            long end = lineFeed >= 0 ? start + lineFeed : whole ? cursor.End : LineEnds.Find(cursor, cursor.End);

            _next = end + 1;
            _number++;
            if (whole ? IsMatch(view[..(int)(end - start)]) : IsLongMatch(start, end))
            {
                line = new FoundLine(start, end, _number);
                return true;
            }
        }

        line = default;
        return false;
    }

    /// <summary>A line that crosses the edge of a window by more than the overlap is mapped for itself.</summary>
    private bool IsLongMatch(long start, long end)
    {
        if (end - start > LongestLine)
            throw new NotSupportedException($"Line {_number} is longer than {ByteSize.Format(LongestLine)}; --regex reads a line at once.");

        // First out, then in: the budget may have room for one region only.
        cursor.Release();
        using SpanLease lease = cursor.File.LeaseSpan(start, (int)(end - start));
        return IsMatch(lease.Span);
    }

    private bool IsMatch(ReadOnlySpan<byte> line)
    {
        if (_text.Length < line.Length) _text = GC.AllocateUninitializedArray<char>(Math.Max(line.Length, 1 << 12));
        int length = Encoding.UTF8.GetChars(line, _text);
        return regex.IsMatch(_text.AsSpan(0, length));
    }
}
