namespace Mmap.Spans.Memory;

/// <summary>One look at a file's bytes.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="ModifiedAt">The time of the last write, in the system's smallest units; 0 if unknown.</param>
internal readonly record struct FileLook(long Length, long ModifiedAt)
{
    /// <summary>True if the time shows a write after an earlier look.</summary>
    public bool IsWrittenSince(FileLook earlier) =>
        ModifiedAt != earlier.ModifiedAt && ModifiedAt != 0 && earlier.ModifiedAt != 0;

    /// <summary>The change of the file since an earlier look.</summary>
    public FileChange Since(FileLook earlier) => Length.CompareTo(earlier.Length) switch
    {
        < 0 => FileChange.Shrunk,
        > 0 => FileChange.Grown,
        _ => IsWrittenSince(earlier) ? FileChange.Rewritten : FileChange.Unchanged,
    };
}
