namespace Mmap.Spans;

/// <summary>
/// The system or the file system refuses to map this file. Thrown under <see cref="Backing.Map"/>; under
/// <see cref="Backing.Auto"/> the file is copied instead.
/// </summary>
public sealed class MappingRefusedException : IOException
{
    /// <summary>Makes an exception without a file.</summary>
    public MappingRefusedException() : this(null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    public MappingRefusedException(string? message) : this(message, null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    /// <param name="innerException">The cause.</param>
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

    /// <summary>The file; null if unknown.</summary>
    public string? FileName { get; init; }

    /// <summary>The range that was to be mapped; empty if the exception concerns the whole file.</summary>
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
