namespace Mmap.Spans.Tool;

/// <summary>The exit codes of the process. grep has a convention and numbers of its own.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A file could not be read; the others were read.</summary>
    public const int FileFailed = 1;

    /// <summary>The command line is invalid; nothing was done.</summary>
    public const int BadUsage = 2;

    /// <summary>Standard output could not be written.</summary>
    public const int OutputFailed = 2;
}
