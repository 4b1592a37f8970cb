namespace Mmap.Spans.Tool.Terminal;

/// <summary>Breaks sentences into lines.</summary>
internal static class Lines
{
    /// <summary>Breaks a text between words; a word that is too long gets a line of its own.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : $" {word}";
        }

        yield return line;
    }
}
