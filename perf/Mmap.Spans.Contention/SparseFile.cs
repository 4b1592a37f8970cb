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

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mmap-spans-{Guid.NewGuid():N}.bin");

    /// <summary>Brings the beginning into the page cache, so that no miss waits for the file system.</summary>
    public static void Warm(string path, long bytes)
    {
        using FileStream file = File.OpenRead(path);
        byte[] part = new byte[1 << 20];
        for (long read = 0; read < bytes; read += part.Length) file.ReadExactly(part);
    }

    public void Dispose() => File.Delete(Path);
}
