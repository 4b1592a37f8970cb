namespace Mmap.Spans;

/// <summary>
/// The system or the file system does not let this file be mapped. Under <see cref="Backing.Auto"/> the file is copied
/// instead and this is never seen; under <see cref="Backing.Map"/> it is thrown.
/// </summary>
public sealed class MappingRefusedException : IOException
{
    /// <summary>An exception without a file.</summary>
    public MappingRefusedException() : this(null)
    {
    }

    /// <summary>An exception without a file.</summary>
    /// <param name="message">What is told; a sentence of the library unless given.</param>
    public MappingRefusedException(string? message) : this(message, null)
    {
    }

    /// <summary>An exception without a file.</summary>
    /// <param name="message">What is told; a sentence of the library unless given.</param>
    /// <param name="innerException">What led to it.</param>
    public MappingRefusedException(string? message, Exception? innerException)
        : base(message ?? "The file cannot be mapped into memory.", innerException)
    {
    }

    internal MappingRefusedException(string file, FileRange range, string sentence, Exception cause)
        : this($"'{file}' cannot be mapped into memory at {range}: {sentence} "
               + "Open it with Backing.Auto or Backing.Copy.", cause)
    {
        HResult = cause.HResult;
        FileName = file;
        Range = range;
    }

    /// <summary>The file, or null if it is not known.</summary>
    public string? FileName { get; init; }

    /// <summary>The range that was to be mapped; empty if it is the file as such.</summary>
    public FileRange Range { get; init; }

    internal static MappingRefusedException HugePages(string file) =>
        new($"'{file}' is on a file system of huge pages (hugetlbfs), of which windows cannot be unmapped. "
            + "Open it with Backing.Auto or Backing.Copy.")
        {
            FileName = file,
        };

    internal static MappingRefusedException KernelFile(string file) =>
        new($"'{file}' is made up by the kernel when it is read and cannot be mapped into memory. "
            + "Open it with Backing.Auto or Backing.Copy.")
        {
            FileName = file,
        };
}
