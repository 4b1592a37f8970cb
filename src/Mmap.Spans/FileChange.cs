namespace Mmap.Spans;

/// <summary>What has become of a file since a <see cref="MappedFile"/> last looked at it.</summary>
public enum FileChange
{
    /// <summary>Its length is the same, and it was not written to as far as its time tells.</summary>
    Unchanged,

    /// <summary>It is longer. Whether its old bytes are what they were cannot be told.</summary>
    Grown,

    /// <summary>It is shorter.</summary>
    Shrunk,

    /// <summary>
    /// Its name belongs to another file now; this one keeps its old bytes, and nothing more has come to it. Open the
    /// path again for the new file.
    /// </summary>
    Replaced,

    /// <summary>
    /// Its length is the same, and it was written to: mappings show the new bytes, copies were dropped. Told by the
    /// time of the last write: a second write within one tick of the system's clock is missed, and one through another
    /// process's mapping may be told late.
    /// </summary>
    Rewritten,
}
