namespace Mmap.Spans.LuceneBench;

/// <summary>The directories that are compared.</summary>
internal enum ContestantKind
{
    /// <summary>Ours, with the default options.</summary>
    Mapped,

    /// <summary>Ours, with windows of 64 KiB and a budget of an eighth of the index.</summary>
    SmallBudget,

    /// <summary>Lucene's, over views of the whole file.</summary>
    MMap,

    /// <summary>Lucene's, by positional reads.</summary>
    NIOFS,

    /// <summary>Lucene's, by a position and reads.</summary>
    SimpleFS,

    /// <summary>Lucene's, with all of the index in arrays.</summary>
    RAM,
}
