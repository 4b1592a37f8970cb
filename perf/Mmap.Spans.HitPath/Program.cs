using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans;
using Mmap.Spans.HitPath;

// The shortest program that hits: hit-path.sh publishes it ahead of time and reads its machine code. It checks what it
// reads, so that the code that is looked at is code that works.
if (args is ["--time"]) return AheadOfTimeHit.Measure();
const int Longs = 512;
string path = Path.GetTempFileName();
try
{
    File.WriteAllBytes(path, MemoryMarshal.AsBytes<long>([.. Enumerable.Range(1, Longs).Select(number => (long)number)])
        .ToArray());
    using MappedFile file = MappedFile.Open(path, new MappedFileOptions { Backing = Backing.Map });
    const long Expected = (long)Longs * (Longs + 1) / 2;
    long sum = Hits.LeaseReadDispose(file, Longs);
    long sumByReader = Hits.ReaderLeaseReadDispose(file.CreateReader(), Longs);
    Console.WriteLine($"{Longs} leases, sum {sum}; by a reader {sumByReader}");
    return sum == Expected && sumByReader == Expected ? 0 : 1;
}
finally
{
    File.Delete(path);
}

/// <summary>The hit path as a user writes it.</summary>
internal static class Hits
{
    /// <summary>The same by a reader.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long ReaderLeaseReadDispose(SpanReader reader, int turns)
    {
        long sum = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            using SpanLease lease = reader.LeaseSpan(turn * sizeof(long), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    /// <summary>Lease, read, dispose; the sum of the numbers read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long LeaseReadDispose(MappedFile file, int turns)
    {
        long sum = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            using SpanLease lease = file.LeaseSpan(turn * sizeof(long), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }
}
