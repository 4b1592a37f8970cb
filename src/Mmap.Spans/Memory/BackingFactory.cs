using Mmap.Spans.Geometry;

namespace Mmap.Spans.Memory;

/// <summary>Chooses where the bytes of a file come from.</summary>
/// <param name="grid">Where windows lie.</param>
/// <param name="pages">Where copies get their memory.</param>
/// <param name="unguarded">Called with the reason, once in the process, when mappings cannot be watched.</param>
internal sealed class BackingFactory(WindowGrid grid, PagePool pages, Action<string> unguarded)
{
    /// <summary>What tests put between a file and the system.</summary>
    public Func<IBacking, IBacking>? Wrap { get; set; }

    private int LongestWindow => (int)(grid.Step + grid.Overlap);

    /// <summary>The backing of a newly opened file.</summary>
    /// <param name="backing">What the opener asks for.</param>
    /// <param name="file">Where the file's handle comes from.</param>
    /// <param name="content">All bytes of a file that the kernel makes up; null for any other.</param>
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
