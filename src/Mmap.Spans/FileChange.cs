namespace Mmap.Spans;

/// <summary>What became of a file since its length was last looked at.</summary>
public enum FileChange
{
    /// <summary>Its length is the same.</summary>
    Unchanged,

    /// <summary>It is longer.</summary>
    Grown,

    /// <summary>It is shorter.</summary>
    Shrunk,

    /// <summary>Its name belongs to another file now; this one keeps its old bytes.</summary>
    Replaced,
}
