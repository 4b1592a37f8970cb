namespace Mmap.Spans.Tool;

/// <summary>The reason a file cannot be read, for a line that already names the file.</summary>
internal static class FileTrouble
{
    /// <summary>The framework's substitute for bytes that are not UTF-8; the name that the user gave is lost.</summary>
    private const char Substitute = '\uFFFD';

    private const string NotUtf8 =
        "Its name is not UTF-8, so .NET cannot pass it on. A command that reads standard input takes it as '- < FILE'.";

    /// <summary>True if an exception concerns one file only, so that the others can still be read.</summary>
    public static bool IsOne(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    /// <summary>The reason in one sentence, without the full path that the framework's message repeats.</summary>
    public static string Describe(string path, Exception exception)
    {
        if (Directory.Exists(path)) return "It is a folder.";
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException =>
                path.Contains(Substitute, StringComparison.Ordinal) ? NotUtf8 : "There is no such file.",
            UnauthorizedAccessException => "It may not be read.",
            _ => WithoutName(path, exception.Message),
        };
    }

    /// <summary>The library's messages begin with the full path in quotes.</summary>
    private static string WithoutName(string path, string message)
    {
        if (path.Length == 0) return message;
        string name = $"'{Path.GetFullPath(path)}' ";
        return message.StartsWith(name, StringComparison.Ordinal) ? $"It {message[name.Length..]}" : message;
    }
}
