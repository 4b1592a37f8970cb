using System.Text;

namespace Mmap.Spans.Tool;

/// <summary>File names in the form in which they are printed.</summary>
internal static class FileName
{
    private const string Escapes = "abtnvfr";
    private const char FirstEscape = '\a';

    /// <summary>
    /// Returns a name without control characters unchanged; quotes others for the shell, as <c>wc</c> does.
    /// </summary>
    /// <remarks>A line feed would break the line, and a terminal would obey an escape character.</remarks>
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

    /// <summary>Replaces the control characters of foreign text, such as a line of a file.</summary>
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
