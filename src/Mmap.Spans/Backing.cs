namespace Mmap.Spans;

/// <summary>Where a region's bytes come from.</summary>
public enum Backing
{
    /// <summary>
    /// Mappings; copies for small files and where mapping is refused, and of files with holes on tmpfs
    /// (<c>/dev/shm</c>) and of hugetlbfs, where a mapping would take memory to read zeroes. Whether a lease shows what
    /// is written later is not defined.
    /// </summary>
    Auto,

    /// <summary>Mappings, or an exception where they are refused.</summary>
    Map,

    /// <summary>Copies in native memory, filled by positional reads: immune to truncation once loaded.</summary>
    Copy,
}
