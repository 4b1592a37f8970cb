namespace Mmap.Spans.Tool.Search;

/// <summary>Finds line feeds in a file at any distance.</summary>
internal static class LineEnds
{
    /// <summary>The offset of the first line feed from an offset on, or the end of the file. Moves the
    /// cursor.</summary>
    public static long Find(WindowCursor cursor, long offset)
    {
        while (cursor.MoveTo(offset))
        {
            int at = cursor.Span.IndexOf((byte)'\n');
            if (at >= 0) return offset + at;
            offset = cursor.End;
        }

        return offset;
    }
}
