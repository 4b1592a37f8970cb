using Mmap.Spans.Geometry;

namespace Mmap.Spans.Memory;

/// <summary>Chooses the source of a file's bytes.</summary>
/// <param name="grid">Where windows lie.</param>
/// <param name="pages">The memory of copies.</param>
/// <param name="unguarded">Receives the reason, once in the process, if mappings cannot be watched.</param>
internal sealed class BackingFactory(WindowGrid grid, PagePool pages, Action<string> unguarded)
{
    /// <summary>A wrapper that tests put around each backing.</summary>
    public Func<IBacking, IBacking>? Wrap { get; set; }

    private int LongestWindow => (int)(grid.Step + grid.Overlap);

    /// <summary>Makes the backing of a newly opened file.</summary>
    /// <param name="backing">The opener's choice.</param>
    /// <param name="file">The source of the file's handle.</param>
    /// <param name="content">All bytes of a file that the kernel generates; null for any other.</param>
    public IBacking Create(Backing backing, IHandleSource file, byte[]? content)
    {
        IBacking made = content is not null ? new SnapshotBacking(content, pages) : backing switch
        {
            Backing.Map => new MappedBacking(file, pages),
            Backing.Copy => new CopiedBacking(file, pages),
            Backing.TruncationSafe => new TruncationSafeBacking(file, LongestWindow, unguarded, pages),
            _ => new AutoBacking(file, LongestWindow, pages),
        };
        return Wrap is null ? made : Wrap(made);
    }
}
