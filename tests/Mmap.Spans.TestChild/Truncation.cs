using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>A file that is cut while it is read.</summary>
internal static class Truncation
{
    /// <summary>
    /// Reads a file through copies while another thread cuts it and writes it again, until there were enough cuts and
    /// reads of both kinds: on a busy machine one of the two threads may be at rest for long.
    /// </summary>
    /// <param name="args">A path to make, how many cuts, and how many whole reads.</param>
    public static void CopyWhileTruncated(string[] args)
    {
        const int Bytes = 256 << 10;
        byte[] content = new byte[Bytes];
        new Random(11).NextBytes(content);
        File.WriteAllBytes(args[0], content);

        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxMappedBytes = 128 << 10 });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Copy });
        long wantedCuts = Check.Number(args[1]), wantedReads = Check.Number(args[2]), cuts = 0;
        bool done = false;
        var cutter = new Thread(() =>
        {
            var random = new Random(13);
            using SafeFileHandle handle =
                File.OpenHandle(args[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.None);
            for (; !Volatile.Read(ref done); Interlocked.Increment(ref cuts))
            {
                int length = random.Next(Bytes);
                RandomAccess.SetLength(handle, length);
                Thread.Yield();
                RandomAccess.Write(handle, content.AsSpan(length), length);
            }
        })
        { IsBackground = true };
        cutter.Start();

        long whole = 0, refused = 0;
        var picks = new Random(17);
        while (Volatile.Read(ref cuts) < wantedCuts || whole < wantedReads || refused == 0)
        {
            int offset = picks.Next(Bytes - 1);
            int length = picks.Next(1, Math.Min(Bytes - offset, 100_000));
            try
            {
                byte[] read = ReadBySomeWay(file, offset, length, (int)(whole % 4));
                Check.That(IsTheFileOrCut(read, content.AsSpan(offset, length)),
                    "What was loaded is the file's, whatever happens to the file.");
                whole++;
            }
            catch (FileChangedException)
            {
                refused++;
                file.Refresh();
            }
            catch (ArgumentOutOfRangeException)
            {
                // A refresh found the file short; the next one may find it long again.
                refused++;
                file.Refresh();
            }
        }

        Volatile.Write(ref done, true);
        cutter.Join();
        Check.Report("cuts", cuts);
        Check.Report("whole", whole);
        Check.Report("refused", refused);
    }

    private static byte[] ReadBySomeWay(MappedFile file, int offset, int length, int way)
    {
        byte[] read = new byte[length];
        switch (way)
        {
            case 0:
                using (MemoryLease lease = file.LeaseMemory(offset, length)) lease.Span.CopyTo(read);
                break;
            case 1:
                using (Stream stream = file.OpenStream(offset, length)) stream.ReadExactly(read);
                break;
            case 2:
                using (MappedBuffer buffer = file.CreateBuffer(offset, length)) buffer.CopyTo(0, read);
                break;
            default:
                PipeReader reader =
                    file.CreatePipeReader(new MappedPipeReaderOptions { Offset = offset, Length = length });
                try
                {
                    // All of it in one buffer in the end, since nothing is consumed.
                    ReadResult result = reader.ReadAsync().AsTask().GetAwaiter().GetResult();
                    while (!result.IsCompleted)
                    {
                        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                        result = reader.ReadAsync().AsTask().GetAwaiter().GetResult();
                    }

                    result.Buffer.CopyTo(read);
                }
                finally
                {
                    reader.Complete();
                }

                break;
        }

        return read;
    }

    /// <summary>
    /// True if each byte is the file's, or a zero. A read that meets a truncation may show zeroes: the kernel clears
    /// the rest of the last page while the read copies it.
    /// </summary>
    private static bool IsTheFileOrCut(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> content)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != content[i] && bytes[i] != 0) return false;
        }

        return true;
    }

    /// <summary>Touches a mapping of bytes that the file has lost. It ends the process; nothing can prevent
    /// that.</summary>
    /// <param name="args">A path to make, and through what to touch it: lease, pointer, sequence, reader, stream,
    /// cursor, buffer.</param>
    public static void TouchWhatIsGone(string[] args)
    {
        const int Bytes = 1 << 20;
        File.WriteAllBytes(args[0], new byte[Bytes]);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        byte[] copy = new byte[Bytes];
        using MemoryLease lease = file.LeaseMemory(0, Bytes);
        using SequenceLease sequence = file.LeaseSequence(0, Bytes);
#pragma warning disable MMS005 // The process ends while all is open.
        PipeReader reader = file.CreatePipeReader();
#pragma warning restore MMS005
        ReadOnlySequence<byte> shown = reader.ReadAsync().AsTask().Result.Buffer;
        using Stream stream = file.OpenStream();
        using WindowCursor cursor = file.CreateCursor();
        using MappedBuffer buffer = file.CreateBuffer();
        Check.That(stream.ReadByte() == 0 && cursor.MoveTo(0) && cursor.Span[Bytes / 2] == 0
            && buffer[0] == 0, "All of it can be read before.");
        using (SafeFileHandle handle =
            File.OpenHandle(args[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite,
                FileOptions.None)) RandomAccess.SetLength(handle, 0);

        Console.WriteLine("touching=1");
        Console.Out.Flush();
        switch (args[1])
        {
            case "lease": copy[0] = lease.Span[Bytes / 2]; break;
            case "pointer": Marshal.Copy(Address(lease), copy, 0, Bytes); break;
            case "sequence": sequence.Sequence.CopyTo(copy); break;
            case "reader": shown.CopyTo(copy); break;
            case "stream": stream.ReadExactly(copy, 1, Bytes - 1); break;
            case "cursor": copy[0] = cursor.Span[Bytes / 2]; break;
            case "buffer": copy[0] = buffer[Bytes / 2]; break;
        }

        throw new InvalidOperationException($"Bytes that are gone could be read: {copy[0]}");
    }

    // SAFETY: mapped memory does not move, and the lease lives until the process ends.
    private static unsafe nint Address(MemoryLease lease) => (nint)lease.Memory.Pin().Pointer;
}
