using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>
/// Files whose content is known without reading them: every word of eight bytes depends on its position. Expected
/// results are computed from here, never from the file.
/// </summary>
internal static class DataFile
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The word at an index: a mixed counter, so that about one byte in 256 is a newline.</summary>
    public static long Word(long index)
    {
        ulong mixed = (ulong)(index + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
        return (long)(mixed ^ (mixed >> 29));
    }

    /// <summary>A file of words, made unless this run has made it already.</summary>
    /// <param name="length">In bytes, a multiple of 8.</param>
    public static string OfWords(long length) => Make("words", length, handle =>
    {
        foreach ((long offset, byte[] block) in Blocks(length)) RandomAccess.Write(handle, block, offset);
    });

    /// <summary>The first byte of a window in a file of marks; never 0, which a hole would give.</summary>
    public static byte Mark(long window) => (byte)(window % 251 + 1);

    /// <summary>A file of holes in which only the first byte of each window is written: large, and little on the
    /// disk.</summary>
    public static string OfMarks(long length, int windowBytes) =>
        Make("marks-" + windowBytes.ToString(CultureInfo.InvariantCulture), length, handle =>
    {
        RandomAccess.SetLength(handle, length);
        for (long window = 0; window < length / windowBytes; window++)
            RandomAccess.Write(handle, [Mark(window)], window * windowBytes);
    });

    /// <summary>The number of newlines in a file of words.</summary>
    public static long Newlines(long length)
    {
        long count = 0;
        foreach ((_, byte[] block) in Blocks(length)) count += block.AsSpan().Count((byte)'\n');
        return count;
    }

    private static IEnumerable<(long Offset, byte[] Block)> Blocks(long length)
    {
        for (long offset = 0; offset < length; offset += BlockBytes)
        {
            byte[] block = new byte[Math.Min(BlockBytes, length - offset)];
            Span<long> words = MemoryMarshal.Cast<byte, long>(block.AsSpan());
            for (int i = 0; i < words.Length; i++) words[i] = Word(offset / sizeof(long) + i);
            yield return (offset, block);
        }
    }

    private static string Make(string kind, long length, Action<SafeFileHandle> fill)
    {
        string path =
            Path.Combine(DataFolder.Current,
                string.Create(CultureInfo.InvariantCulture, $"mmap-spans-{kind}-{length}.bin"));
        if (File.Exists(path)) return path;

        // Under another name until it is whole, so that a run that was stopped leaves nothing that looks finished.
        string unfinished = path + ".part";
        using (SafeFileHandle handle = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            fill(handle);
        File.Move(unfinished, path, overwrite: true);
        return path;
    }
}
