using System.Numerics;
using System.Runtime.Intrinsics;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Counts the words of a file of any size on all processors, within a budget.</summary>
public static class WordCount
{
    private const int PieceBytes = 8 << 20;

    /// <summary>Makes a file and counts its words. Argument: how many MiB it has.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int mebibytes = arguments is [string count] ? int.Parse(count, null) : 512;
        string path = Path.Combine(Path.GetTempPath(), $"words-{Guid.NewGuid():N}.txt");
        try
        {
            Write(path, (long)mebibytes << 20);
            var options = new MapManagerOptions { WindowSize = 4 << 20, MaxMappedBytes = 64 << 20 };
            using var manager = new MapManager(options);
            using MappedFile file = manager.Open(path);
            output.WriteLine($"{mebibytes} MiB, {Environment.ProcessorCount} processors");
            Figures.Compare(output, 5, ("positional reads", () => Count(file, CountByReads)),
                ("cursors", () => Count(file, CountByCursor)));
            output.WriteLine($"mapped at most {manager.GetStatistics().PeakMappedBytes >> 20} MiB of 64");
        }
        finally
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <summary>The number that <c>wc -w</c> prints: runs of bytes that are no white space.</summary>
    public static long Count(MappedFile file) => Count(file, CountByCursor);

    /// <summary>Writes words of one to eleven letters.</summary>
    public static void Write(string path, long length)
    {
        byte[] block = new byte[1 << 20];
        var random = new Random(1);
        for (int at = 0; at < block.Length;)
        {
            for (int end = Math.Min(at + random.Next(1, 12), block.Length); at < end; at++)
                block[at] = (byte)('a' + random.Next(26));
            if (at < block.Length) block[at++] = random.Next(10) == 0 ? (byte)'\n' : (byte)' ';
        }

        using FileStream stream = File.Create(path);
        for (long left = length; left > 0; left -= block.Length)
            stream.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
    }

    private static long Count(MappedFile file, Func<MappedFile, FileRange, long> countPiece)
    {
        long words = 0;
        Parallel.For(0, (file.Length + PieceBytes - 1) / PieceBytes, piece =>
        {
            long offset = piece * PieceBytes, length = Math.Min(PieceBytes, file.Length - offset);
            Interlocked.Add(ref words, countPiece(file, new FileRange(offset, length)));
        });
        return words;
    }

    private static long CountByCursor(MappedFile file, FileRange piece)
    {
        using WindowCursor cursor = file.CreateCursor();
        var counter = new Counter(file, piece.Offset);
        for (long at = piece.Offset; cursor.MoveTo(at, piece.End - at); at = cursor.End) counter.Add(cursor.Span);
        return counter.Words;
    }

    private static long CountByReads(MappedFile file, FileRange piece)
    {
        byte[] buffer = new byte[256 << 10];
        var counter = new Counter(file, piece.Offset);
        for (long at = piece.Offset; at < piece.End;)
        {
            int read = file.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, piece.End - at)));
            if (read == 0) throw new EndOfStreamException("The file has been cut.");
            counter.Add(buffer.AsSpan(0, read));
            at += read;
        }

        return counter.Words;
    }

    /// <summary>Counts the first letters. The byte before a piece tells whether it begins inside a word.</summary>
    private struct Counter(MappedFile file, long offset)
    {
        private bool _isInWord = offset > 0 && IsLetter(file.Read<byte>(offset - 1));

        public long Words { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            int at = 0;
            for (; at <= bytes.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
            {
                // One bit for each letter; a word begins where the one before is none.
                Vector256<byte> shown = Vector256.Create(bytes[at..]);
                Vector256<byte> spaces = Vector256.Equals(shown, Vector256.Create((byte)' '))
                    | Vector256.LessThan(shown - Vector256.Create((byte)'\t'), Vector256.Create((byte)5));
                uint letters = ~spaces.ExtractMostSignificantBits();
                uint before = (letters << 1) | (_isInWord ? 1u : 0);
                Words += BitOperations.PopCount(letters & ~before);
                _isInWord = letters >> 31 != 0;
            }

            for (; at < bytes.Length; at++)
            {
                if (IsLetter(bytes[at]) && !_isInWord) Words++;
                _isInWord = IsLetter(bytes[at]);
            }
        }

        private static bool IsLetter(byte one) => one != ' ' && (byte)(one - '\t') >= 5;
    }
}
