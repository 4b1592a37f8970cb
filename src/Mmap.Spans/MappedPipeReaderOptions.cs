using System.Diagnostics;
using System.IO.Pipelines;

namespace Mmap.Spans;

/// <summary>Which part of a file a <see cref="PipeReader"/> reads, and how. Checked when the reader is made.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MappedPipeReaderOptions
{
    /// <summary>The defaults: the whole file, nothing ahead.</summary>
    internal static MappedPipeReaderOptions Default { get; } = new();

    /// <summary>The first byte to read, counted from the start of the file.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes to read; to the end that the file has when the reader is made unless set.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// How many windows after the one being read the system is asked to bring into its cache meanwhile; none unless set.
    /// Worth it for files that are not there yet, where it lets reading and parsing overlap. Windows ahead are not
    /// mapped, so they do not count towards the budget, and a hint that the system refuses is no error.
    /// </summary>
    public int ReadAhead { get; init; }

    private string DebuggerText => $"from {Offset}, {(Length is { } length ? $"{length} bytes" : "to the end")}, {ReadAhead} windows ahead";
}
