using Mmap.Spans.Diagnostics;

namespace Mmap.Spans;

/// <summary>
/// The file changed underneath: it is now shorter than the range asked for, or another file has taken its place.
/// Nothing is held by the failed call; <see cref="MappedFile.Refresh"/> tells what happened.
/// </summary>
public sealed class FileChangedException : IOException
{
    private FileChangedException(string file, FileRange range, string message) : base(message) =>
        MapEvents.Log.FileChanged(file, range.Offset, range.Length, message);

    internal static FileChangedException Shrunk(string file, FileRange range, long lengthNow) =>
        new(file, range, $"'{file}' has become shorter: bytes {range} are asked for, and it now has {lengthNow} bytes.");

    internal static FileChangedException Replaced(string file) =>
        new(file, default, $"'{file}' is another file now than the one that was opened; its old bytes cannot be read any more.");

    internal static FileChangedException Deleted(string file) =>
        new(file, default, $"'{file}' is gone, and its handle was closed when there were too many; what is not in memory cannot be read any more.");
}
