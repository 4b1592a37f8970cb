namespace Mmap.Spans.Memory;

/// <summary>What one look at a file tells of its bytes.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="ModifiedAt">The time of the last write, in the system's smallest units; 0 where it is not
/// known.</param>
internal readonly record struct FileLook(long Length, long ModifiedAt)
{
    /// <summary>Whether the file was written to after an earlier look, as far as its time tells.</summary>
    public bool IsWrittenSince(FileLook earlier) =>
        ModifiedAt != earlier.ModifiedAt && ModifiedAt != 0 && earlier.ModifiedAt != 0;

    /// <summary>What has become of the file since an earlier look.</summary>
    public FileChange Since(FileLook earlier) => Length.CompareTo(earlier.Length) switch
    {
        < 0 => FileChange.Shrunk,
        > 0 => FileChange.Grown,
        _ => IsWrittenSince(earlier) ? FileChange.Rewritten : FileChange.Unchanged,
    };
}
