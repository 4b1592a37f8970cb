namespace Mmap.Spans.Scheduled.Twins;

/// <summary>A change of a source file of the library.</summary>
/// <param name="File">The file, from the library's folder.</param>
/// <param name="Old">The text to replace; it stands in the file exactly once.</param>
/// <param name="New">What stands there in the twin.</param>
public sealed record Edit(string File, string Old, string New)
{
    /// <summary>The text with the bug in it.</summary>
    /// <exception cref="InvalidOperationException">The library has changed, and the twin must follow.</exception>
    public string ApplyTo(string text)
    {
        int at = text.IndexOf(Old, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(Old, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException(
                $"In {File} this does not stand exactly once any more, so the twin must be written anew:\n{Old}");
        }

        return string.Concat(text.AsSpan(0, at), New, text.AsSpan(at + Old.Length));
    }
}
