using System.Buffers;
using System.IO.Pipelines;

namespace Mmap.Spans.Samples;

/// <summary>Finds the lines of a log that contain a word, and where in the file they begin.</summary>
public static class LogScanner
{
    /// <summary>Scans from an offset on; the next scan of a log that grows goes on at
    /// <see cref="Scanned.End"/>.</summary>
    public static async Task<Scanned> ScanAsync(MappedFile log, string word, long from = 0)
    {
        byte[] wanted = System.Text.Encoding.UTF8.GetBytes(word);
        var found = new List<long>();
        long lines = 0, end = from;
        // The system reads the next window while this one is scanned.
        PipeReader reader = log.CreatePipeReader(new MappedPipeReaderOptions { Offset = from, ReadAhead = 1 });
        try
        {
            for (bool isMore = true; isMore;)
            {
                ReadResult result = await reader.ReadAsync();
                SequencePosition consumed = ScanBuffer(result.Buffer);
                if (!result.Buffer.IsEmpty) end = log.GetOffset(consumed);
                // Stopping at the start of a line that is not whole: the next buffer begins with it, in one piece.
                reader.AdvanceTo(consumed, result.Buffer.End);
                isMore = !result.IsCompleted;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }

        return new Scanned(lines, found, end);

        SequencePosition ScanBuffer(ReadOnlySequence<byte> buffer)
        {
            var rest = new SequenceReader<byte>(buffer);
            SequencePosition start = rest.Position;
            while (rest.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n'))
            {
                lines++;
                if (line.IndexOf(wanted) >= 0) found.Add(log.GetOffset(start));
                start = rest.Position;
            }

            return start;
        }
    }
}

/// <summary>The result of a scan.</summary>
/// <param name="Lines">The lines that end with a newline.</param>
/// <param name="Found">The offsets of those with the word.</param>
/// <param name="End">The offset behind the last of the lines.</param>
public sealed record Scanned(long Lines, IReadOnlyList<long> Found, long End);
