using System.Text.Json;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.HitPath;

/// <summary>The rows of the quick table that are measured in code compiled ahead of time.</summary>
internal static class AheadOfTimeHit
{
    private const string Pair = "pair", Lease = "lease", Reader = "reader";
    private const int FileBytes = 16 << 20;

    /// <summary>Prints them as lines of JSON.</summary>
    public static int Measure()
    {
        using var data = new DataFolder();
        string path = DataFile.OfWords(FileBytes);
        using MappedFile file = MappedFile.Open(path);
        using var raw = new RawView(path);
        long expected = Scattered.Sum();
        var run = new PairedRun(
        [
            Way(Pair, "AcquirePointer, read, ReleasePointer", () => EightByteReads.PointerPairs(raw.Handle)),
            Way(Lease, "LeaseSpan, read, Dispose", () => EightByteReads.SpanLeases(file)),
            Way(Reader, "SpanReader.LeaseSpan, read, Dispose", () =>
                EightByteReads.SpanReaderLeases(file.CreateReader())),
        ]);
        run.Run(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        foreach (string ours in (string[])[Lease, Reader])
        {
            Row row = run.Compare(nameof(AheadOfTimeHit), new Comparison(ours, Pair, Goal.None)).In("ahead of time");
            Console.WriteLine(JsonSerializer.Serialize(row, RowJson.Default.Row));
        }

        return 0;

        Contestant Way(string id, string title, Func<long> sum) => new(id, title, Scattered.Reads, () =>
        {
            if (sum() != expected) throw new InvalidOperationException($"{title}: wrong bytes.");
        });
    }
}
