using System.Diagnostics;

namespace Mmap.Spans;

/// <summary>How a file is opened.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MappedFileOptions
{
    /// <summary>The defaults.</summary>
    internal static MappedFileOptions Default { get; } = new();

    /// <summary>Where the bytes come from; <see cref="Backing.Auto"/> unless set.</summary>
    public Backing Backing { get; init; }

    /// <summary>
    /// What the system is told of the order of use; a hint. It is this opener's: openers of one file that differ in it
    /// have mappings of their own, each with its advice, over the same pages of the system's cache.
    /// </summary>
    public AccessPattern Access { get; init; }

    /// <summary>
    /// Whether the file's length is asked before every lease, so that a range that is gone throws
    /// <see cref="FileChangedException"/>, and the time of its last write, so that a copy of older bytes is dropped.
    /// Costs a system call a lease. It tells what is true at that moment: a file truncated later, under a live lease on
    /// a mapping, still ends the process when the bytes are touched, unless it is opened with
    /// <see cref="Backing.TruncationSafe"/>.
    /// </summary>
    /// <remarks>
    /// Every move of a cursor and every read of a stream counts as a lease; a pipe reader and a buffer ask once for each
    /// window that they come to.
    /// </remarks>
    public bool Verify { get; init; }

    private string DebuggerText => $"{Backing}, {Access}{(Verify ? ", verified" : "")}";

    /// <summary>Refuses what cannot be, before anything is opened.</summary>
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
