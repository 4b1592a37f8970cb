using System.Diagnostics;
using System.IO.Pipelines;

namespace Mmap.Spans;

/// <summary>
/// The part of a file that a <see cref="PipeReader"/> reads, and its read-ahead. Checked when the reader is made.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MappedPipeReaderOptions
{
    /// <summary>The defaults: the whole file, no read-ahead.</summary>
    internal static MappedPipeReaderOptions Default { get; } = new();

    /// <summary>The first byte to read, from the start of the file.</summary>
    public long Offset { get; init; }

    /// <summary>The number of bytes to read; by default to the end that the file has when the reader is made.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// The number of windows ahead that the system is asked to bring into its cache; none by default. For files that
    /// are not cached yet: it lets reading and parsing overlap. Windows ahead are not mapped, so they do not count
    /// towards the budget. A refused hint is no error.
    /// </summary>
    public int ReadAhead { get; init; }

    private string DebuggerText =>
        $"from {Offset}, {(Length is { } length ? $"{Amount.Bytes(length)}" : "to the end")}, "
        + $"{new Amount(ReadAhead, "window")} ahead";
}
