// Every kind of lease and every kind of backing, on several threads, under a budget of a few windows: a program that
// shows on a system or under a compiler which is new to the library that it works there. Each 8 bytes of its file are
// their own offset, so that a wrong byte shows. Arguments: a folder for the file, and how many leases a thread takes.
// Exit: 0 if every byte was right and the budget held.

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mmap.Spans;

const int Window = 1 << 20, Length = 24 * Window + 4096 + 8, Threads = 4, Budget = 8 * Window;
string path = Path.Combine(args[0], "offsets");
int leases = args.Length > 1 ? int.Parse(args[1]) : 5000;
await File.WriteAllBytesAsync(path, Offsets());
var wrong = new List<string>();
Console.WriteLine(
    $"{RuntimeInformation.RuntimeIdentifier}, {IntPtr.Size * 8} bits, {Environment.ProcessorCount} processors");

foreach (Backing backing in Enum.GetValues<Backing>())
{
    var options = new MapManagerOptions { WindowSize = Window, MaxMappedBytes = Budget, MaxCopiedBytes = Budget };
    using var manager = new MapManager(options);
    using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });

    await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed =>
        Task.Factory.StartNew(() => Spans(file, seed), TaskCreationOptions.LongRunning)));
    await Task.WhenAll(Enumerable.Range(0, 2 * Threads).Select(seed => Memories(file, seed)));
    Whole(file);
    await Piped(file);

    MapStatistics now = manager.GetStatistics();
    // The bytes that a region of copies has beside its step, and a window for each thread that may be loading one.
    int most = Budget + 2 * Threads * (Window + manager.Options.Overlap);
    Check(now.PeakMappedBytes <= most, $"{backing}: {now.PeakMappedBytes} bytes were mapped, of {most}");
    Check(now.LiveHeapLeases == 0, $"{backing}: {now.LiveHeapLeases} leases are left");
    manager.Trim();
    now = manager.GetStatistics();
    Check(now.Regions == 0 && now.MappedBytes == 0, $"{backing}: {now.Regions} regions are left");
    long peak = now.PeakMappedBytes >> 10;
    Console.WriteLine($"{backing}: {now.Maps} regions loaded, {now.Evictions} evicted, at most {peak} KiB mapped");
}

File.Delete(path);
foreach (string what in wrong) Console.WriteLine($"WRONG {what}");
Console.WriteLine(wrong.Count == 0 ? "all right" : $"{wrong.Count} wrong");
return wrong.Count == 0 ? 0 : 1;

static byte[] Offsets()
{
    byte[] bytes = new byte[Length];
    for (int at = 0; at < Length; at += 8) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), at);
    return bytes;
}

void Check(bool holds, string what)
{
    if (holds) return;
    lock (wrong) wrong.Add(what);
}

void CheckBytes(ReadOnlySpan<byte> span, long offset, string what)
{
    for (int at = 0; at + 8 <= span.Length; at += 8)
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(span[at..]);
        if (value == offset + at) continue;
        Check(false, $"{what} at {offset + at}: {value}");
        return;
    }
}

// One at a time, some at once, some across the edge of a window, and by the reader for loops.
void Spans(MappedFile file, int seed)
{
    var random = new Random(seed);
    SpanReader reader = file.CreateReader();
    for (int i = 0; i < leases; i++)
    {
        long offset = random.Next(Length / 8 - 64) * 8L;
        using SpanLease one = file.LeaseSpan(offset, 64), two = reader.LeaseSpan(Length - 8 - offset, 8);
        CheckBytes(one.Span, offset, "span");
        CheckBytes(two.Span, Length - 8 - offset, "reader's span");
        Check(file.Read<long>(offset) == offset, $"value at {offset}");
        if (i % 64 != 0) continue;

        long edge = (offset / Window + 1) * Window - 4096;
        int length = (int)Math.Min(2 * Window, Length - edge);
        using SpanLease longer = file.LeaseSpan(edge, length);
        CheckBytes(longer.Span, edge, "long span");
        byte[] copy = new byte[512];
        Check(file.CopyTo(offset, copy) == 512, $"copy at {offset}");
        CheckBytes(copy, offset, "copy");
    }
}

async Task Memories(MappedFile file, int seed)
{
    var random = new Random(seed);
    for (int i = 0; i < leases / 10; i++)
    {
        long offset = random.Next(Length / 8 - 64) * 8L;
        using MemoryLease lease = file.LeaseMemory(offset, 512);
        await Task.Yield();
        CheckBytes(lease.Memory.Span, offset, "memory");
    }
}

// Every way that shows the file from end to end.
void Whole(MappedFile file)
{
    byte[] expected;
    using (FileStream plain = File.OpenRead(path)) expected = SHA256.HashData(plain);
    using (Stream stream = file.OpenStream()) Check(SHA256.HashData(stream).AsSpan().SequenceEqual(expected), "stream");

    using WindowCursor cursor = file.CreateCursor();
    for (long at = 0; cursor.MoveTo(at); at = cursor.End) CheckBytes(cursor.Span, at, "cursor");
    Check(cursor.GetSpan(Length - 8, 8).Length == 8, "cursor's last value");

    using SequenceLease lease = file.LeaseSequence(4096, 3 * Window);
    long offset = 4096;
    foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
    {
        CheckBytes(segment.Span, offset, "sequence");
        offset += segment.Length;
    }

    Check(offset == 4096 + 3 * Window, "sequence's length");
}

async Task Piped(MappedFile file)
{
    PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = 2 * Window });
    long offset = 0;
    try
    {
        ReadResult result;
        do
        {
            result = await reader.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                CheckBytes(segment.Span, offset, "pipe");
                offset += segment.Length;
            }

            reader.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
    }
    finally
    {
        await reader.CompleteAsync();
    }

    Check(offset == Length, "pipe's length");
}
