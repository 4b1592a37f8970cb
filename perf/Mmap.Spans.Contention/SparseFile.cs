namespace Mmap.Spans.Contention;

/// <summary>A file of 2 GiB without a byte on the disk; gone at disposal.</summary>
internal sealed class SparseFile : IDisposable
{
    public const long Bytes = 2L << 30;

    public SparseFile()
    {
        using FileStream made = File.Create(Path);
        made.SetLength(Bytes);
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mmap-spans-{Guid.NewGuid():N}.bin");

    public void Dispose() => File.Delete(Path);
}
