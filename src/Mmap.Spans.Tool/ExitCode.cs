namespace Mmap.Spans.Tool;

/// <summary>What the process ends with. A command with a convention of its own, grep, has its own numbers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A file could not be read; the others were.</summary>
    public const int FileFailed = 1;

    /// <summary>The command line makes no sense; nothing was done.</summary>
    public const int BadUsage = 2;

    /// <summary>What was to be printed could not be written.</summary>
    public const int OutputFailed = 2;
}
