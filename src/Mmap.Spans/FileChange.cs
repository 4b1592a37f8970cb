namespace Mmap.Spans;

/// <summary>The change of a file since a <see cref="MappedFile"/> last looked at it.</summary>
public enum FileChange
{
    /// <summary>Same length, and no write that its time shows.</summary>
    Unchanged,

    /// <summary>The file is longer. Its old bytes may have changed as well; that cannot be detected.</summary>
    Grown,

    /// <summary>The file is shorter.</summary>
    Shrunk,

    /// <summary>
    /// The name belongs to another file now. This one keeps its old bytes, and nothing more was appended to it. Open
    /// the path again for the new file.
    /// </summary>
    Replaced,

    /// <summary>
    /// Same length, but the file was written to: mappings show the new bytes, copies were dropped. Detected by the time
    /// of the last write. A second write within one tick of the system's clock is missed. A write through another
    /// process's mapping may be detected late.
    /// </summary>
    Rewritten,
}
