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

    /// <summary>
    /// Mappings that survive truncation; copies where that cannot be had, and for small files. Bytes that the file has
    /// lost when they are touched read as zeroes, and whoever ends or checks the lease that showed them is told by
    /// <see cref="FileChangedException"/>. Slower than <see cref="Map"/> by some 7 ns a span lease.
    /// </summary>
    /// <remarks>
    /// <para>So are bytes that cannot be read from their disk, and holes of a sparse file for which its file system has
    /// no room. The mapping is watched by a handler for SIGBUS, in the whole process, from the first such lease on. It
    /// is for Linux on x64; elsewhere, and where the system refuses the handler, the files are copied and one warning
    /// says so.</para>
    /// <para>What it cannot do. A cut inside a page: the rest of that page reads as zeroes and nobody is told. Bytes
    /// that are cut and written again before they are read: the new ones show, as in every mapping. A library that
    /// installs a handler later and does not forward to this one ends it. A watched mapping counts as two against the
    /// limit of mappings (<c>vm.max_map_count</c>); where the process has reached it, the fault is fatal as under <see
    /// cref="Map"/>. A system call that is handed a span of lost bytes fails with its own error.</para>
    /// </remarks>
    TruncationSafe,
}
