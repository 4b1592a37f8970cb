namespace Mmap.Spans;

/// <summary>
/// The file changed: it is shorter than the range, was rewritten between two copies, is gone, or another file has its
/// name. Or bytes of a lease could not be read, and were zeroes. The failed call holds nothing.
/// <see cref="MappedFile.Refresh"/> returns what changed.
/// </summary>
public sealed class FileChangedException : IOException
{
    /// <summary>Makes an exception without a file.</summary>
    public FileChangedException() : this(null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    public FileChangedException(string? message) : this(message, null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    /// <param name="innerException">The cause.</param>
    public FileChangedException(string? message, Exception? innerException)
        : base(message ?? "The file has changed underneath.", innerException)
    {
    }

    private FileChangedException(string file, FileRange range, string message) : this(message)
    {
        FileName = file;
        Range = range;
    }

    /// <summary>The file; null if unknown.</summary>
    public string? FileName { get; init; }

    /// <summary>The requested range; empty if the exception concerns the whole file.</summary>
    public FileRange Range { get; init; }

    internal static FileChangedException Shrunk(string file, FileRange range, long lengthNow) =>
        new(file, range,
            $"'{file}' has become shorter: bytes {range} are asked for, and it now has {Amount.Bytes(lengthNow)}.");

    internal static FileChangedException Rewritten(string file, FileRange range) =>
        new(file, range, $"'{file}' was written to after it was opened or refreshed: "
                         + $"bytes {range} cannot be copied to fit what was copied before.");

    internal static FileChangedException Unreadable(string file, FileRange range, long lengthNow) =>
        new(file, range, $"Bytes {range} of '{file}' could not be read; it now has {Amount.Bytes(lengthNow)}.");

    internal static FileChangedException UnreadableWhileLeased(string file, FileRange range, long? lengthNow)
    {
        string end = lengthNow is { } length ? $"; it now has {Amount.Bytes(length)}." : ".";
        string what = $"Bytes {range} of '{file}' could not be read while they were leased";
        return new(file, range, $"{what}, and zeroes stood for them{end}");
    }

    internal static FileChangedException Replaced(string file, int maxHandles) =>
        new(file, default, $"'{file}' is another file now than the one that was opened. {HandleClosed(maxHandles)}");

    internal static FileChangedException Deleted(string file, int maxHandles) =>
        new(file, default, $"'{file}' is gone. {HandleClosed(maxHandles)}");

    private static string HandleClosed(int max) =>
        $"Its handle had been closed before, by Release or to keep MaxOpenHandles ({max}): "
        + "what is not in memory cannot be read any more.";
}
