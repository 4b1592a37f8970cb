namespace Mmap.Spans.Memory;

/// <summary>What file system a file is on, as far as it matters here.</summary>
internal enum FileSystemKind : byte
{
    /// <summary>Nobody has asked yet.</summary>
    Unknown,

    /// <summary>Any on which a mapping only shows bytes.</summary>
    Other,

    /// <summary>tmpfs, such as /dev/shm.</summary>
    MemoryFiles,

    /// <summary>hugetlbfs.</summary>
    HugePages,
}
