namespace Mmap.Spans.Files;

/// <summary>The kinds of files that this library distinguishes.</summary>
internal enum FileKind
{
    /// <summary>Bytes that can be read at any position.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket or a device.</summary>
    Stream,
}
