namespace Mmap.Spans;

/// <summary>The source of a region's bytes.</summary>
public enum Backing
{
    /// <summary>
    /// Mappings; copies for small files, and for files that the system refuses to map. Files with holes on tmpfs
    /// (<c>/dev/shm</c>) and files of hugetlbfs are copied as well, because a mapping would use memory to read zeroes.
    /// A lease may or may not show later writes.
    /// </summary>
    Auto,

    /// <summary>Mappings; an exception if the system refuses them.</summary>
    Map,

    /// <summary>
    /// Copies in native memory, filled by positional reads. Once loaded, they are immune to truncation.
    /// </summary>
    Copy,

    /// <summary>
    /// Mappings that survive truncation; copies for small files, and on systems without such mappings. Lost bytes read
    /// as zeroes when they are touched. The end or the check of their lease then throws
    /// <see cref="FileChangedException"/>. A span lease takes some 7 ns longer than under <see cref="Map"/>.
    /// </summary>
    /// <remarks>
    /// <para>The same holds for bytes that the disk cannot read, and for holes of a sparse file for which its file
    /// system has no room. A handler for SIGBUS watches the mappings; it serves the whole process, from the first such
    /// lease on. It exists for Linux on x64, but not in programs compiled ahead of time. Where there is no handler, or
    /// the system refuses it, files are copied and one warning event of the process gives the reason.</para>
    /// <para>Besides the end of the lease, <c>ThrowIfUnreadable</c> and the next move of a cursor throw the exception.
    /// Copying members (of a stream or a buffer, <see cref="MappedFile.CopyTo"/>) throw it before they return. A pipe
    /// reader throws it in <c>AdvanceTo</c>.</para>
    /// <para>Limits. If a file is truncated inside a page, the rest of that page reads as zeroes without notice. If
    /// bytes are truncated and written again before they are read, the new ones show, as in every mapping. A library
    /// that installs a handler later, and does not forward to this one, disables it. A watched mapping counts as two
    /// against the limit of mappings (<c>vm.max_map_count</c>). If the process has reached that limit, the fault is
    /// fatal as under <see cref="Map"/>. A system call on a span of lost bytes fails with its own error.</para>
    /// </remarks>
    TruncationSafe,
}
