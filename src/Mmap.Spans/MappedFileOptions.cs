using System.Diagnostics;

namespace Mmap.Spans;

/// <summary>Options for opening a file.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MappedFileOptions
{
    /// <summary>The defaults.</summary>
    internal static MappedFileOptions Default { get; } = new();

    /// <summary>The source of the bytes; <see cref="Backing.Auto"/> by default.</summary>
    public Backing Backing { get; init; }

    /// <summary>
    /// The order of use, as a hint to the system. It holds for this opener. Openers of one file with different patterns
    /// have mappings of their own, each with its advice, over the same pages of the system's cache.
    /// </summary>
    public AccessPattern Access { get; init; }

    /// <summary>
    /// True to check the file before every lease, at the cost of a system call. If the range was truncated, the lease
    /// throws <see cref="FileChangedException"/>; if the file was written to, an older copy is dropped. It does not
    /// protect a live lease on a mapping: a later truncation still ends the process when the bytes are touched.
    /// <see cref="Backing.TruncationSafe"/> does.
    /// </summary>
    /// <remarks>
    /// Every move of a cursor and every read of a stream counts as a lease. A pipe reader and a buffer check once for
    /// each window that they move to.
    /// </remarks>
    public bool Verify { get; init; }

    private string DebuggerText => $"{Backing}, {Access}{(Verify ? ", verified" : "")}";

    /// <summary>Validates the options.</summary>
    internal void Check()
    {
        if (!Enum.IsDefined(Backing))
        {
            const string Sentence = "It is Auto, Map, Copy or TruncationSafe.";
            throw FileRange.Refused(nameof(Backing), (int)Backing, Sentence);
        }

        if (!Enum.IsDefined(Access))
            throw FileRange.Refused(nameof(Access), (int)Access, "It is Normal, Sequential or Random.");
    }
}
