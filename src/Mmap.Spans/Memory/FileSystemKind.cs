namespace Mmap.Spans.Memory;

/// <summary>The file systems that this library distinguishes.</summary>
internal enum FileSystemKind : byte
{
    /// <summary>Not determined yet.</summary>
    Unknown,

    /// <summary>Any file system on which a mapping only shows bytes.</summary>
    Other,

    /// <summary>tmpfs, such as /dev/shm.</summary>
    MemoryFiles,

    /// <summary>hugetlbfs.</summary>
    HugePages,
}
