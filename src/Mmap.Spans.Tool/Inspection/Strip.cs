using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>A file from left to right as shades of presence.</summary>
internal static class Strip
{
    private const string Shades = "·░▒▓█";
    private const string PlainShades = ".-+*#";
    private static readonly Ink[] s_inks = [Ink.Faint, Ink.Cool, Ink.Mild, Ink.Warm, Ink.Hot];

    /// <summary>Draws one line.</summary>
    /// <param name="picture">The picture to draw into.</param>
    /// <param name="parts">The present part of each stretch, from 0 to 1.</param>
    /// <param name="columns">The width. A file of few pages has fewer stretches; their widths differ by at most one
    /// column.</param>
    /// <param name="unicode">True for block characters.</param>
    public static void Draw(Picture picture, double[] parts, int columns, bool unicode)
    {
        int begin = 0;
        for (int column = 1; column <= columns; column++)
        {
            // Neighbours of one shade are one piece, so that a terminal gets one change of colour for them.
            int shade = ShadeOf(parts[begin * parts.Length / columns]);
            if (column < columns && ShadeOf(parts[column * parts.Length / columns]) == shade) continue;
            picture.Add(new string((unicode ? Shades : PlainShades)[shade], column - begin), s_inks[shade]);
            begin = column;
        }

        picture.Line();
    }

    /// <summary>Draws the meaning of the shades.</summary>
    public static void DrawLegend(Picture picture, bool unicode)
    {
        string shades = unicode ? Shades : PlainShades;
        picture.Add($"{shades[0]} none  ", s_inks[0]);
        for (int shade = 1; shade < s_inks.Length - 1; shade++) picture.Add(shades[shade].ToString(), s_inks[shade]);
        picture.Add(" a part  ", Ink.Faint).Add(shades[^1].ToString(), s_inks[^1]).Line(" all", Ink.Faint);
    }

    /// <summary>The part of each of several equal stretches of a file that the ranges cover.</summary>
    public static double[] Cover(IEnumerable<FileRange> ranges, long fileBytes, int cells)
    {
        double[] covered = new double[cells];
        double cellBytes = (double)fileBytes / cells;
        long done = 0;
        foreach (FileRange range in ranges.OrderBy(range => range.Offset))
        {
            // Windows overlap; bytes covered twice count once.
            long from = Math.Max(range.Offset, done), to = Math.Min(range.Offset + range.Length, fileBytes);
            if (to <= from) continue;
            done = to;
            for (int cell = (int)(from / cellBytes); cell < cells && cell * cellBytes < to; cell++)
            {
                double begin = Math.Max(from, cell * cellBytes), end = Math.Min(to, (cell + 1) * cellBytes);
                covered[cell] += Math.Max(0, end - begin) / cellBytes;
            }
        }

        return covered;
    }

    private static int ShadeOf(double part) => part switch
    {
        <= 0 => 0,
        < 1 / 3.0 => 1,
        < 2 / 3.0 => 2,
        < 0.9999 => 3,
        _ => 4,
    };
}
