using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>Five small programs of a new user's first day, with one mistake each.</summary>
public sealed class NewUserTests
{
    [Fact]
    public Task AnIndexOfLinesKeepsMemoryOfALeaseThatHasEnded() => Verify.Program(
        """
        class LineIndex
        {
            private readonly List<ReadOnlyMemory<byte>> _lines = new();

            public int Count => _lines.Count;

            public void Load(string path)
            {
                using MappedFile file = MappedFile.Open(path);
                const int Chunk = 1 << 20;
                for (long at = 0; at < file.Length; at += Chunk)
                {
                    using MemoryLease lease = file.LeaseMemory(at, (int)Math.Min(Chunk, file.Length - at));
                    ReadOnlyMemory<byte> rest = lease.Memory;
                    int end;
                    while ((end = rest.Span.IndexOf((byte)'\n')) >= 0)
                    {
                        _lines.Add({|MMS003:rest.Slice(0, end)|});
                        rest = rest.Slice(end + 1);
                    }
                }
            }

            public string this[int line] => Encoding.UTF8.GetString(_lines[line].Span);
        }
        """);

    [Fact]
    public Task AMergeOfSortedFilesForgetsTheCursorsOfItsInputs() => Verify.Program(
        """
        class Merge
        {
            public static void Run(string[] paths, Stream output)
            {
                using var manager = new MapManager();
                var heads = new PriorityQueue<MappedFile, long>();
                foreach (string path in paths)
                {
                    MappedFile file = manager.Open(path);
                    heads.Enqueue(file, Key(file, 0));
                }

                while (heads.TryDequeue(out MappedFile least, out long key))
                {
                    WindowCursor cursor = {|MMS001:least.CreateCursor()|};
                    if (!cursor.MoveTo(key)) continue;
                    output.Write(cursor.Span);
                }
            }

            private static long Key(MappedFile file, long at)
            {
                using SpanLease lease = file.LeaseSpan(at, sizeof(long));
                return MemoryMarshal.Read<long>(lease.Span);
            }
        }
        """);

    [Fact]
    public Task ATailComparesTheBytesBeforeAndAfterAMove() => Verify.Program(
        """
        class Tail
        {
            public static async Task Follow(string path, Action<string> show, CancellationToken stop)
            {
                using MappedFile file = MappedFile.Open(path);
                long at = file.Length;
                while (!stop.IsCancellationRequested)
                {
                    if (file.Refresh() == FileChange.Grown) at = Show(file, at, show);
                    await Task.Delay(1000, stop);
                }
            }

            private static long Show(MappedFile file, long at, Action<string> show)
            {
                using WindowCursor cursor = file.CreateCursor();
                ReadOnlySpan<byte> last = default;
                while (cursor.MoveTo(at))
                {
                    if ({|MMS002:last|}.SequenceEqual(cursor.Span)) show("the same again");
                    last = cursor.Span;
                    show(Encoding.UTF8.GetString(last));
                    at = cursor.End;
                }

                return at;
            }
        }
        """);

    [Fact]
    public Task AParallelWordCountEndsTheLeaseBeforeTheTaskHasCounted() => Verify.Program(
        """
        class WordCount
        {
            public static async Task<long> Run(string path)
            {
                using MappedFile file = MappedFile.Open(path);
                var counts = new List<Task<int>>();
                const int Chunk = 1 << 22;
                for (long at = 0; at < file.Length; at += Chunk)
                {
                    using MemoryLease lease = file.LeaseMemory(at, (int)Math.Min(Chunk, file.Length - at));
                    ReadOnlyMemory<byte> chunk = lease.Memory;
                    counts.Add(Task.Run(() => Words({|MMS003:chunk|}.Span)));
                }

                return (await Task.WhenAll(counts)).Sum();
            }

            private static int Words(ReadOnlySpan<byte> text) => text.Count((byte)' ');
        }
        """);

    [Fact]
    public Task ARecordReaderTakesTheSpanOfALeaseThatIsNoVariable() => Verify.Program(
        """
        class RecordReader
        {
            private const int Size = 64;
            private readonly MappedFile _file;

            public RecordReader(MappedFile file) => _file = file;

            public long Count => _file.Length / Size;

            public decimal Price(long record)
            {
                ReadOnlySpan<byte> bytes = {|MMS001:_file.LeaseSpan(record * Size, Size)|}.Span;
                return MemoryMarshal.Read<long>(bytes.Slice(8)) / 100m;
            }
        }
        """);

    [Fact]
    public Task AParserThatReadsToItsEndForgetsTheReaderOnBadInput() => Verify.Program(
        """
        class Parser
        {
            public static async Task<int> Count(MappedFile file)
            {
                PipeReader reader = {|MMS005:file.CreatePipeReader()|};
                int records = 0;
                ReadResult result;
                do
                {
                    result = await reader.ReadAsync();
                    if (result.Buffer.FirstSpan[0] != 0x1F) throw new InvalidDataException();
                    reader.AdvanceTo(result.Buffer.End);
                    records++;
                } while (!result.IsCompleted);
                await reader.CompleteAsync();
                return records;
            }
        }
        """);
}
