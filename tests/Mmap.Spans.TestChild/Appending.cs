using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>One process writes at the end of a file that another one follows.</summary>
internal static class Appending
{
    /// <summary>
    /// Appends the numbers from 0 on, eight bytes each, in pieces of uneven length. In the middle it waits until the
    /// reader has seen something, so that no order of the threads is assumed.
    /// </summary>
    /// <param name="args">A path, existing; how many numbers; a path that the reader makes when it has seen
    /// some.</param>
    public static void Append(string[] args)
    {
        long count = Check.Number(args[1]);
        var random = new Random(19);
        using SafeFileHandle handle =
            File.OpenHandle(args[0], FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.None);
        byte[] all = new byte[count * 8];
        for (int i = 0; i < count; i++) BinaryPrimitives.WriteInt64LittleEndian(all.AsSpan(i * 8), i);
        for (int at = 0; at < all.Length;)
        {
            int part = Math.Min(random.Next(1, 9_000), all.Length - at);
            RandomAccess.Write(handle, all.AsSpan(at, part), at);
            bool passesTheMiddle = at < all.Length / 2 && at + part >= all.Length / 2;
            at += part;
            while (passesTheMiddle && !File.Exists(args[2])) Thread.Yield();
            if (random.Next(4) == 0) Thread.Yield();
        }
    }
}
