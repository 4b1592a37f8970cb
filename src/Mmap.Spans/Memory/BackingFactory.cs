namespace Mmap.Spans.Memory;

/// <summary>Chooses where the bytes of a file come from.</summary>
/// <param name="options">The manager's options: the grid.</param>
/// <param name="pages">Where copies get their memory.</param>
internal sealed class BackingFactory(MapManagerOptions options, PagePool pages)
{
    /// <summary>What tests put between a file and the system.</summary>
    public Func<IBacking, IBacking>? Wrap { get; set; }

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
            _ => new AutoBacking(file, (int)(options.Grid.Step + options.Grid.Overlap), pages),
        };
        return Wrap is null ? made : Wrap(made);
    }
}
