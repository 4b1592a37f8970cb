using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>A program that writes a log which is rotated meanwhile, in all the ways that there are.</summary>
internal static class Rotating
{
    /// <summary>
    /// Writes numbered lines in pieces of uneven length. The log is rotated three times by rename; the last lines go to
    /// the old file and then to the new one. It is rotated three times by copying and truncation, which waits for the
    /// follower: bytes truncated before they were read are lost.
    /// </summary>
    /// <param name="args">The log, existing; how many lines between two rotations; a file with the number of lines
    /// seen.</param>
    public static void Write(string[] args)
    {
        (string log, long part, string seen) = (args[0], Check.Number(args[1]), args[2]);
        var random = new Random(29);
        long line = 0;
        using (SafeFileHandle first = Open(log)) Lines(first, part);
        for (int rotation = 1; rotation <= 3; rotation++)
        {
            // A file that comes and goes between two looks is never seen.
            WaitFor(line - part + 1);
            string old = string.Create(CultureInfo.InvariantCulture, $"{log}.{rotation}");
            using (SafeFileHandle writer = Open(log))
            {
                File.Move(log, old);
                Lines(writer, 50);
            }

            File.WriteAllText(log, "");
            using (SafeFileHandle writer = Open(log)) Lines(writer, part);
        }

        // Ten lines twice are as many bytes: the second time only the time of the last write shows the change.
        foreach (long count in (long[])[10, 10, 5])
        {
            using SafeFileHandle writer = Open(log);
            WaitFor(line);
            DateTime before = File.GetLastWriteTimeUtc(writer);
            RandomAccess.SetLength(writer, 0);
            Lines(writer, count);
            // The clock of an older system may tick too seldom.
            while (File.GetLastWriteTimeUtc(writer) == before)
                RandomAccess.Write(writer, "\n"u8, RandomAccess.GetLength(writer) - 1);
        }

        Check.Report("lines", line);

        void WaitFor(long lines)
        {
            while (!File.Exists(seen) || Count(seen) < lines) Thread.Yield();
        }

        void Lines(SafeFileHandle writer, long count)
        {
            long at = RandomAccess.GetLength(writer);
            for (long end = line + count; line < end;)
            {
                var text = new StringBuilder();
                for (int few = random.Next(1, 40); few > 0 && line < end; few--)
                    text.Append(CultureInfo.InvariantCulture, $"line {line++}\n");
                byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
                RandomAccess.Write(writer, bytes, at);
                at += bytes.Length;
                if (random.Next(8) == 0) Thread.Yield();
            }
        }
    }

    private static SafeFileHandle Open(string log) =>
        File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
            FileOptions.None);

    /// <summary>
    /// The follower puts a whole file in the place of the old one, so that no half of a number is seen.
    /// </summary>
    private static long Count(string seen) => long.Parse(File.ReadAllText(seen), CultureInfo.InvariantCulture);
}
