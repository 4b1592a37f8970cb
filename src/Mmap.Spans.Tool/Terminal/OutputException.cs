namespace Mmap.Spans.Tool.Terminal;

/// <summary>Standard output cannot be written. No file is at fault, so the run ends.</summary>
internal sealed class OutputException(IOException cause) : Exception($"standard output: {cause.Message}", cause)
{
    /// <summary>The error number of "broken pipe" on every Unix, and its counterparts on Windows.</summary>
    private const int BrokenPipeErrno = 32;
    private const int PipeClosingOnWindows = unchecked((int)0x800700E8);
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D);

    /// <summary>True if the program that reads the pipe has ended.</summary>
    public bool ReaderHasGone { get; } =
        cause.HResult is BrokenPipeErrno or PipeClosingOnWindows or BrokenPipeOnWindows;
}
