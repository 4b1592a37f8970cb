// A file that is longer than a 32-bit process has addresses, through a budget of 256 MiB; then the end of those
// addresses. Each MiB of the file begins with its own number, so that a wrong byte shows. Argument: a folder for the
// file, which is 3 GiB long and has holes where the file system knows them. Exit: 0 if every byte was right, the budget
// held, and the end was one clear exception, after which everything works.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Mmap.Spans;

const int Unit = 1 << 20, Units = 3 << 10, Threads = 4;
const long Budget = 256L << 20;
string path = Path.Combine(args[0], "marks");
Write();
int wrong = 0;
Console.WriteLine(
    $"{RuntimeInformation.RuntimeIdentifier} {RuntimeInformation.ProcessArchitecture}, {IntPtr.Size * 8} bits");

using (var manager = new MapManager(new MapManagerOptions { MaxMappedBytes = Budget }))
{
    using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
    using (WindowCursor cursor = file.CreateCursor())
    {
        for (int unit = 0; unit < Units; unit++)
        {
            Check(cursor.MoveTo((long)unit * Unit) && Mark(cursor.Span) == unit, $"cursor at {unit} MiB");
        }
    }

    Parallel.For(0, Threads, seed =>
    {
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            int unit = random.Next(Units);
            using SpanLease lease = file.LeaseSpan((long)unit * Unit, 8);
            Check(Mark(lease.Span) == unit, $"lease at {unit} MiB");
        }
    });

    long most = Budget + Threads * manager.Options.WindowSize;
    long peak = manager.GetStatistics().PeakMappedBytes;
    Check(peak <= most, $"{peak} bytes were mapped, of {most}");
    Console.WriteLine($"{Units} MiB through {Budget >> 20} MiB: at most {peak >> 20} MiB mapped");
}

if (IntPtr.Size == 4) FillAddresses();
File.Delete(path);
Console.WriteLine(wrong == 0 ? "all right" : $"{wrong} wrong");
return wrong == 0 ? 0 : 1;

// Takes leases and keeps them until the address space is exhausted.
void FillAddresses()
{
    using var manager = new MapManager(new MapManagerOptions { MaxMappedBytes = 4L << 30 });
    using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
    var leases = new List<MemoryLease>();
    string? told = null;
    try
    {
        for (long at = 0; at < file.Length; at += manager.Options.WindowSize) leases.Add(file.LeaseMemory(at, 8));
    }
    catch (IOException e)
    {
        told = e.Message;
    }

    bool isClear = told is not null && told.Contains("address space", StringComparison.Ordinal);
    Check(isClear, $"the end of the addresses was told as: {told ?? "nothing"}");
    Console.WriteLine($"{leases.Count} windows are leased at the end of the addresses: {told}");
    foreach (MemoryLease lease in leases) lease.Dispose();
    manager.Trim();
    using SpanLease last = file.LeaseSpan((long)(Units - 1) * Unit, 8);
    Check(Mark(last.Span) == Units - 1, "the last mark, afterwards");
}

void Write()
{
    using FileStream file = File.Create(path);
    file.SetLength((long)Units * Unit);
    Span<byte> mark = stackalloc byte[8];
    for (int unit = 0; unit < Units; unit++)
    {
        BinaryPrimitives.WriteInt64LittleEndian(mark, unit);
        file.Position = (long)unit * Unit;
        file.Write(mark);
    }
}

static long Mark(ReadOnlySpan<byte> span) => BinaryPrimitives.ReadInt64LittleEndian(span);

void Check(bool holds, string what)
{
    if (holds) return;
    Interlocked.Increment(ref wrong);
    Console.WriteLine($"WRONG {what}");
}
