namespace Mmap.Spans.Tool;

/// <summary>Why a file cannot be read, for a line that names the file already.</summary>
internal static class FileTrouble
{
    /// <summary>Whether an exception is about the file, so that the others can be read still.</summary>
    public static bool IsOne(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    /// <summary>The reason in one sentence. The framework's own names the file, by its full path, once more.</summary>
    public static string Describe(string path, Exception exception)
    {
        if (Directory.Exists(path)) return "It is a folder.";
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => "There is no such file.",
            UnauthorizedAccessException => "It may not be read.",
            _ => exception.Message,
        };
    }
}
