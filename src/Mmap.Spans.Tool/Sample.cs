using System.Text;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>A text file without a name to try a command on. Always the same bytes.</summary>
internal sealed class Sample : IDisposable
{
    /// <summary>The name of the sample where a file's name is printed.</summary>
    public const string Name = "sample";

    private const int Bytes = 64 << 20;
    private static readonly string[] s_words =
        ["window", "region", "lease", "pin", "cursor", "backing", "budget", "manager"];

    private readonly FileStream _file = UnnamedFile.Create();

    public Sample()
    {
        byte[] text = Text(1 << 20);
        for (int written = 0; written < Bytes; written += text.Length) _file.Write(text);
    }

    public static string Size => ByteSize.Format(Bytes);

    public SafeFileHandle Handle => _file.SafeFileHandle;

    public void Dispose() => _file.Dispose();

    /// <summary>Lines of 4 to 11 words in pseudo-random order.</summary>
    private static byte[] Text(int length)
    {
        var text = new StringBuilder(length + 128);
        for (uint number = 1; text.Length < length;)
        {
            for (uint words = 4 + Next(ref number) % 8; words > 0; words--)
                text.Append(s_words[Next(ref number) % (uint)s_words.Length]).Append(words > 1 ? ' ' : '\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length - 1) + '\n');
    }

    /// <summary>One step of a linear congruential generator; the high bits are the good ones.</summary>
    private static uint Next(ref uint number)
    {
        number = unchecked(number * 1664525 + 1013904223);
        return number >> 16;
    }
}
