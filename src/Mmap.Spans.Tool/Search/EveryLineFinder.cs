namespace Mmap.Spans.Tool.Search;

/// <summary>Finds every line, for the empty pattern.</summary>
internal sealed class EveryLineFinder(WindowCursor cursor) : ILineFinder
{
    private long _next;
    private long _number;

    public bool TryNext(out FoundLine line)
    {
        line = default;
        if (!cursor.MoveTo(_next)) return false;

        long end = LineEnds.Find(cursor, _next);
        line = new FoundLine(_next, end, ++_number);
        _next = end + 1;
        return true;
    }
}
