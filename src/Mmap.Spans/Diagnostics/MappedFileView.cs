using System.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>A debugger's view of a file: its regions.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
internal sealed class MappedFileView(RegionDirectory directory)
{
    public MappedFileView(IOpenFile file) : this(file.Directory)
    {
    }

    public string Name => directory.Name;

    private string DebuggerText => $"{Name}: {new Amount(Regions.Length, "region")}";

    public long Length => directory.Length;

    /// <summary>The regions in memory, including those that only a lease still holds.</summary>
    public Region[] Regions =>
    [
        .. directory.Snapshot().Concat(directory.Table.Detached())
            .Where(region => region.Directory == directory).Distinct().OrderBy(region => region.Start),
    ];
}
