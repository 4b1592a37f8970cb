namespace Mmap.Spans.Tool.Terminal;

/// <summary>Standard output cannot be written: no file's fault, so the run ends.</summary>
internal sealed class OutputException(IOException cause) : Exception($"standard output: {cause.Message}", cause)
{
    /// <summary>The number of "broken pipe" on every Unix, and what Windows calls the same.</summary>
    private const int BrokenPipeErrno = 32;
    private const int PipeClosingOnWindows = unchecked((int)0x800700E8);
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D);

    /// <summary>Whether the program at the other end of the pipe has ended.</summary>
    public bool ReaderHasGone { get; } = cause.HResult is BrokenPipeErrno or PipeClosingOnWindows or BrokenPipeOnWindows;
}
