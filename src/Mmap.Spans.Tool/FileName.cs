using System.Text;

namespace Mmap.Spans.Tool;

/// <summary>Names of files as they are printed.</summary>
internal static class FileName
{
    private const string Escapes = "abtnvfr";
    private const char FirstEscape = '\a';

    /// <summary>A name without control characters as it is; others quoted for the shell, as <c>wc</c> does it.</summary>
    /// <remarks>A line feed would break the line, and an escape character would be obeyed by the terminal.</remarks>
    public static string Quote(string name)
    {
        if (!name.Any(char.IsControl)) return name;

        var quoted = new StringBuilder("'");
        bool escaping = false;
        foreach (char letter in name)
        {
            if (char.IsControl(letter) != escaping)
            {
                quoted.Append(escaping ? "''" : "'$'");
                escaping = !escaping;
            }

            if (escaping) AppendEscaped(quoted, letter);
            else quoted.Append(letter == '\'' ? "'\\''" : letter.ToString());
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Text of others, such as a line of a file, without what a terminal would obey.</summary>
    public static string Printable(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));

    private static void AppendEscaped(StringBuilder quoted, char letter)
    {
        quoted.Append('\\');
        int known = letter - FirstEscape;
        if (known is >= 0 and < 7)
        {
            quoted.Append(Escapes[known]);
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes([letter]);
        quoted.AppendJoin('\\', bytes.Select(value => Convert.ToString(value, 8).PadLeft(3, '0')));
    }
}
