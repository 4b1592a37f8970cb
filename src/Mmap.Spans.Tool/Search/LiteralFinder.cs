namespace Mmap.Spans.Tool.Search;

/// <summary>Finds lines that contain certain bytes: first the bytes, then the line around them.</summary>
/// <remarks>
/// Lines may be longer than windows, and longer than memory: only offsets are stored. Each window overlaps the next by
/// one byte less than the pattern's length, so every hit lies whole in its first window. The cursor stays in a window
/// until it is done, so that the line's writer finds the whole line there.
/// <code>
///            _lineStart           _next
///   ...------|--------------------|----------- view -----------|
///            begin of the line    everything before it is done  a hit that begins in the last bytes of the view,
///            that _next is in                                   fewer than the pattern's, is left to the next view
/// </code></remarks>
internal sealed class LiteralFinder(WindowCursor cursor, BytePattern pattern, bool numbered) : ILineFinder
{
    private long _next;
    private long _lineStart;

    /// <summary>Line feeds before <see cref="_next"/>, if lines are numbered.</summary>
    private long _lineFeeds;

    public bool TryNext(out FoundLine line)
    {
        while (cursor.Contains(_next) || cursor.MoveTo(_next))
        {
            ReadOnlySpan<byte> view = cursor.Span[(int)(_next - cursor.Offset)..];
            int hit = pattern.IndexIn(view);
            if (hit >= 0)
            {
                Pass(view[..hit]);
                view = view[(hit + pattern.Length)..];
                int lineFeed = view.IndexOf((byte)'\n');
                long end = lineFeed >= 0 ? _next + pattern.Length + lineFeed : LineEnds.Find(cursor, cursor.End);
                line = new FoundLine(_lineStart, end, numbered ? _lineFeeds + 1 : 0);
                _next = _lineStart = end + 1;
                _lineFeeds++;
                return true;
            }

            bool last = cursor.End == cursor.File.Length;
            Pass(last ? view : view[..^Math.Min(pattern.Length - 1, view.Length)]);
            if (last || !cursor.MoveTo(_next)) break;
        }

        line = default;
        return false;
    }

    /// <summary>Skips bytes without a hit; keeps the line's start and number.</summary>
    private void Pass(ReadOnlySpan<byte> bytes)
    {
        int lineFeed = bytes.LastIndexOf((byte)'\n');
        if (lineFeed >= 0) _lineStart = _next + lineFeed + 1;
        if (numbered) _lineFeeds += bytes.Count((byte)'\n');
        _next += bytes.Length;
    }
}
