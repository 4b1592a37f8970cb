using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Mmap.Spans.Samples.Programs;

/// <summary>
/// Reads record batches of Apache Arrow that lie in the mapping itself: the columns are views of leased memory, and the
/// bytes of an unused column are never read.
/// </summary>
public static class ArrowBatches
{
    private const int RowsEach = 100_000;

    /// <summary>Makes a file and reads a column, by a stream and by a lease. Argument: how many batches.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int batches = arguments is [string count] ? int.Parse(count, null) : 100;
        string path = Path.Combine(Path.GetTempPath(), $"trades-{Guid.NewGuid():N}.arrows");
        try
        {
            Write(path, batches);
            using var manager = new MapManager();
            using MappedFile file = manager.Open(path);
            output.WriteLine($"{batches} batches, {file.Length >> 20} MiB");
            Figures.Compare(output, 9, ("FileStream", () => SumOfStream(path)), ("lease", () => SumOfLease(file)));
            output.WriteLine($"{manager.GetStatistics().LiveHeapLeases} leases left");
        }
        finally
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <summary>Adds up the amounts in place. The batches are valid as long as their lease.</summary>
    public static long SumOfLease(MappedFile file)
    {
        // One range of any length is contiguous; beyond 2 GiB take a lease for each message.
        using MemoryLease lease = file.LeaseMemory(0, checked((int)file.Length));
        using var reader = new ArrowStreamReader(lease.Memory);
        return Sum(reader);
    }

    /// <summary>The same, with each batch read into memory of its own.</summary>
    public static long SumOfStream(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using var reader = new ArrowStreamReader(stream);
        return Sum(reader);
    }

    /// <summary>Writes batches of three columns, whose numbers are known.</summary>
    public static void Write(string path, int batches)
    {
        Schema schema = new Schema.Builder()
            .Field(field => field.Name("time").DataType(Int64Type.Default).Nullable(false))
            .Field(field => field.Name("price").DataType(DoubleType.Default).Nullable(false))
            .Field(field => field.Name("amount").DataType(Int64Type.Default).Nullable(false))
            .Build();
        using FileStream stream = File.Create(path);
        using var writer = new ArrowStreamWriter(stream, schema);
        for (int i = 0; i < batches; i++)
        {
            IEnumerable<long> rows = Enumerable.Range(i * RowsEach, RowsEach).Select(row => (long)row);
            using Int64Array times = new Int64Array.Builder().AppendRange(rows).Build();
            using DoubleArray prices = new DoubleArray.Builder().AppendRange(rows.Select(row => row / 8.0)).Build();
            using Int64Array amounts = new Int64Array.Builder().AppendRange(rows.Select(row => row % 10)).Build();
            using var batch = new RecordBatch(schema, [times, prices, amounts], RowsEach);
            writer.WriteRecordBatch(batch);
        }

        writer.WriteEnd();
    }

    private static long Sum(ArrowStreamReader reader)
    {
        long sum = 0;
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            using (batch)
            {
                foreach (long amount in ((Int64Array)batch.Column("amount")).Values) sum += amount;
            }
        }

        return sum;
    }
}
