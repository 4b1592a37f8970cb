namespace Mmap.Spans;

/// <summary>
/// The system or the file system does not let this file be mapped. Under <see cref="Backing.Auto"/> the file is copied
/// instead and this is never seen; under <see cref="Backing.Map"/> it is thrown.
/// </summary>
public sealed class MappingRefusedException : IOException
{
    internal MappingRefusedException(string file, FileRange range, string sentence, Exception cause)
        : base($"'{file}' cannot be mapped into memory at {range}: {sentence} "
               + "Open it with Backing.Auto or Backing.Copy.", cause)
    {
        HResult = cause.HResult;
    }

    private MappingRefusedException(string message) : base(message)
    {
    }

    internal static MappingRefusedException HugePages(string file) =>
        new($"'{file}' is on a file system of huge pages (hugetlbfs), of which windows cannot be unmapped. "
            + "Open it with Backing.Auto or Backing.Copy.");

    internal static MappingRefusedException KernelFile(string file) =>
        new($"'{file}' is made up by the kernel when it is read and cannot be mapped into memory. Open it with Backing.Auto or Backing.Copy.");
}
