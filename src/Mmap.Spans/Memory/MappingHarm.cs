namespace Mmap.Spans.Memory;

/// <summary>What a mapping of a file does besides showing its bytes.</summary>
internal enum MappingHarm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>
    /// To read a hole of it takes memory of the file system, for good; where there is none, the process dies.
    /// </summary>
    TakesMemory,

    /// <summary>It cannot be ended: the system unmaps whole huge pages only, which windows are not made of.</summary>
    CannotEnd,
}
