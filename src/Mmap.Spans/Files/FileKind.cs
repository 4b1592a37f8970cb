namespace Mmap.Spans.Files;

/// <summary>What a file is, as far as it matters here.</summary>
internal enum FileKind
{
    /// <summary>Bytes that can be read at any position.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket or a device.</summary>
    Stream,
}
