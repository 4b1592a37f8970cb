using System.Globalization;
using System.Text;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Finds lines by their key in a sorted text file of any size: key, tab, value. Thread-safe.</summary>
public sealed class SortedLines(MappedFile file)
{
    /// <summary>The longest line that is allowed, with its newline.</summary>
    public const int LongestLine = 1024;

    /// <summary>Makes a sorted file and looks for keys in it. Argument: how many lines.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int lines = arguments is [string count] ? int.Parse(count, null) : 10_000_000;
        string path = Path.Combine(Path.GetTempPath(), $"sorted-{Guid.NewGuid():N}.txt");
        try
        {
            File.WriteAllLines(path, Enumerable.Range(0, lines).Select(i => $"{KeyOf(2 * i)}\t{i}"));
            var random = new Random(1);
            string[] keys = [.. Enumerable.Range(0, 10_000).Select(_ => KeyOf(random.Next(2 * lines)))];
            using var manager = new MapManager();
            using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Random });
            var sorted = new SortedLines(file);
            output.WriteLine($"{lines} lines, {file.Length >> 20} MiB, {keys.Length} keys");
            Figures.Compare(output, 9,
                ("positional reads", () => keys.Count(key => sorted.FindByReads(key) is not null)),
                ("leases", () => keys.Count(key => sorted.Find(key) is not null)));
        }
        finally
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <summary>A key that sorts as its number does.</summary>
    public static string KeyOf(int number) => number.ToString("D10", CultureInfo.InvariantCulture);

    /// <summary>The value of a key; null if the file has no such line.</summary>
    /// <exception cref="InvalidDataException">A line on the way is longer than <see cref="LongestLine"/>.</exception>
    public string? Find(string key)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(key + "\t");
        SpanReader reader = file.CreateReader();
        var search = new Search(file.Length);
        while (search.IsOpen)
        {
            using SpanLease lease = reader.LeaseSpan(search.From, search.Length);
            if (search.Narrow(lease.Span, wanted) is { } value) return value;
        }

        return null;
    }

    /// <summary>The same by positional reads: a call of the system and a copy for each step.</summary>
    public string? FindByReads(string key)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(key + "\t");
        Span<byte> buffer = stackalloc byte[2 * LongestLine];
        var search = new Search(file.Length);
        while (search.IsOpen)
        {
            Span<byte> read = buffer[..search.Length];
            if (file.Read(search.From, read) < read.Length) throw new EndOfStreamException("The file has been cut.");
            if (search.Narrow(read, wanted) is { } value) return value;
        }

        return null;
    }

    /// <summary>Lines that begin in [low, high) may have the key; low is the start of a line.</summary>
    private struct Search(long end)
    {
        private readonly long _end = end;
        private long _low;
        private long _high = end;

        public readonly bool IsOpen => _low < _high;

        private readonly long Middle => _low + ((_high - _low) / 2);

        /// <summary>The range that shows the start and the end of the line in the middle.</summary>
        public readonly long From => Math.Max(_low, Middle - LongestLine);

        public readonly int Length => (int)Math.Min(2 * LongestLine, _end - From);

        /// <summary>Drops the half that cannot have the key; the value, if the line in the middle has it.</summary>
        public string? Narrow(ReadOnlySpan<byte> shown, ReadOnlySpan<byte> wanted)
        {
            long from = From;
            int start = shown[..(int)(Middle - from)].LastIndexOf((byte)'\n') + 1;
            int length = shown[start..].IndexOf((byte)'\n');
            bool isCut = (start == 0 && from > _low) || (length < 0 && from + shown.Length < _end);
            if (isCut) throw new InvalidDataException($"The line at {Middle} is longer than {LongestLine} bytes.");

            ReadOnlySpan<byte> line = length < 0 ? shown[start..] : shown.Slice(start, length);
            if (line.StartsWith(wanted)) return Encoding.UTF8.GetString(line[wanted.Length..]);
            if (line.SequenceCompareTo(wanted) < 0) _low = from + start + line.Length + 1;
            else _high = from + start;
            return null;
        }
    }
}
