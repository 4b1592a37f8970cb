namespace Mmap.Spans.Memory;

/// <summary>The harm of mapping a file, beside showing its bytes.</summary>
internal enum MappingHarm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// Reading a hole through the mapping takes memory of the file system, for good. If there is none, the process
    /// dies.
    /// </summary>
    TakesMemory,

    /// <summary>It cannot be unmapped: the system unmaps whole huge pages only, and windows are smaller.</summary>
    CannotEnd,
}
