using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// A temporary file whose every byte depends on its position, so that a wrong offset cannot pass. Deleted at disposal.
/// </summary>
public sealed class SampleFile : IDisposable
{
    private SampleFile(string path, long length)
    {
        Path = path;
        Length = length;
    }

    public string Path { get; }

    /// <summary>The length it was made with.</summary>
    public long Length { get; }

    /// <summary>The byte at an offset of every sample file.</summary>
    public static byte At(long offset) => (byte)((ulong)(offset * -7046029254386353131L) >> 56);

    /// <summary>A file of that many bytes.</summary>
    public static SampleFile OfLength(long length)
    {
        string path = NewPath();
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, FileOptions.None);
        Write(handle, 0, length);
        return new SampleFile(path, length);
    }

    /// <summary>A file of that length, of which only the ranges given are written; the rest is a hole and reads as
    /// 0.</summary>
    public static SampleFile Sparse(long length, params (long Offset, int Length)[] written)
    {
        string path = NewPath();
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, FileOptions.None);
        RandomAccess.SetLength(handle, length);
        foreach ((long offset, int bytes) in written) Write(handle, offset, bytes);
        return new SampleFile(path, length);
    }

    /// <summary>True if the temporary folder is on a tmpfs, of whose files the ones with holes are copied.</summary>
    public static bool AreInMemory => new DriveInfo(System.IO.Path.GetTempPath()).DriveFormat == "tmpfs";

    /// <summary>A path in the temporary folder that nothing has yet.</summary>
    public static string NewPath() =>
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mmap-spans-{Guid.NewGuid():N}.bin");

    /// <summary>The bytes of a range.</summary>
    public static byte[] Bytes(long offset, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = At(offset + i);
        return bytes;
    }

    /// <summary>Fails unless the bytes are those of the range that begins at an offset.</summary>
    public static void AssertBytes(ReadOnlySpan<byte> bytes, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte expected = At(offset + i);
            if (bytes[i] == expected) continue;
            string which = $"Byte {i} of {bytes.Length} should be the file's byte {offset + i}";
            Assert.Fail($"{which}, which is {expected}; it is {bytes[i]}.");
        }
    }

    /// <summary>Makes the file longer, with the bytes that belong there.</summary>
    public void GrowTo(long length)
    {
        using SafeFileHandle handle =
            File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.None);
        long from = RandomAccess.GetLength(handle);
        Write(handle, from, length - from);
    }

    /// <summary>
    /// Writes bytes over those of a file, in place, until the time of its last write is another: the clock of an older
    /// system may tick too seldom for one write.
    /// </summary>
    public static void Rewrite(string path, ReadOnlySpan<byte> bytes, long offset = 0)
    {
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.None);
        DateTime before = File.GetLastWriteTimeUtc(handle);
        do
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        while (File.GetLastWriteTimeUtc(handle) == before);
    }

    /// <summary>Cuts the file, or skips the test where a file that is mapped cannot be cut.</summary>
    public void TruncateTo(long length)
    {
        using SafeFileHandle handle =
            File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.None);
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows does not let a mapped file be truncated.");
        }
    }

    public void Dispose() => File.Delete(Path);

    private static void Write(SafeFileHandle handle, long offset, long length)
    {
        const int Part = 1 << 20;
        for (long end = offset + length; offset < end; offset += Part)
            RandomAccess.Write(handle, Bytes(offset, (int)Math.Min(Part, end - offset)), offset);
    }
}
