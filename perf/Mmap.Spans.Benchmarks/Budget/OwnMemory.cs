using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>
/// The memory of this process as the system reports it (Linux). Read into one buffer, because strings would add to the
/// measured memory.
/// </summary>
internal sealed class OwnMemory(string path)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes("/" + Path.GetFileName(path));
    private readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>
    /// Bytes of the file in all mappings. The system gives the list piece by piece, so what is mapped meanwhile may be
    /// in it or not.
    /// </summary>
    public long MappedBytes()
    {
        long sum = 0;
        ReadOnlySpan<byte> rest = Read("/proc/self/maps");
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            ReadOnlySpan<byte> line = rest[..end];
            if (!line.EndsWith(_name)) continue;
            int dash = line.IndexOf((byte)'-'), space = line.IndexOf((byte)' ');
            sum += Hexadecimal(line[(dash + 1)..space]) - Hexadecimal(line[..dash]);
        }

        return sum;
    }

    /// <summary>Anonymous memory that is in memory now.</summary>
    public long AnonymousBytes()
    {
        ReadOnlySpan<byte> text = Read("/proc/self/status"), head = "RssAnon:"u8;
        ReadOnlySpan<byte> line = text[(text.IndexOf(head) + head.Length)..].TrimStart(" \t"u8);
        return long.Parse(line[..line.IndexOf((byte)' ')], NumberStyles.None, CultureInfo.InvariantCulture) << 10;
    }

    private static long Hexadecimal(ReadOnlySpan<byte> digits) =>
        long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private ReadOnlySpan<byte> Read(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file);
        int length = 0;
        for (int read; (read = RandomAccess.Read(handle, _buffer.AsSpan(length), length)) > 0;) length += read;
        if (length == _buffer.Length)
            throw new InvalidOperationException($"{file} is longer than {_buffer.Length} bytes.");
        return _buffer.AsSpan(0, length);
    }
}
