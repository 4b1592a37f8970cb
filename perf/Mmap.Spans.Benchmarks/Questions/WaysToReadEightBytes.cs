using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does each way that .NET has of reading eight bytes somewhere in a file cost, beside a span
/// lease?</summary>
public unsafe class WaysToReadEightBytes : Question
{
    private const long FileBytes = 64 << 20;

    private readonly long _expected = Scattered.Sum();
    private MapManager _manager = null!;
    private MappedFile _file = null!;
    private RawView _raw = null!;
    private SafeFileHandle _handle = null!;
    private FileStream _stream = null!;
    private MemoryMappedViewStream _viewStream = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(SpanLease), nameof(AccessorReadInt64), Goal.None),
        new(nameof(SpanLease), nameof(ViewHandleRead), Goal.None),
        new(nameof(SpanLease), nameof(ViewStreamRead), Goal.None),
        new(nameof(SpanLease), nameof(PositionalRead), Goal.None),
        new(nameof(SpanLease), nameof(FileStreamRead), Goal.None),
        new(nameof(MappedFileRead), nameof(PositionalRead), Goal.None),
        new(nameof(CopyTo), nameof(SpanLease), Goal.None),
    ];

    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, read, Dispose")]
    public void SpanLease() => Check(EightByteReads.SpanLeases(_file), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "MemoryMappedViewAccessor.ReadInt64")]
    public void AccessorReadInt64()
    {
        MemoryMappedViewAccessor accessor = _raw.Accessor;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += accessor.ReadInt64(Scattered.OffsetOf(read));
        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "SafeMemoryMappedViewHandle.Read")]
    public void ViewHandleRead()
    {
        SafeMemoryMappedViewHandle handle = _raw.Handle;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += handle.Read<long>((ulong)Scattered.OffsetOf(read));
        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "MemoryMappedViewStream: Position, Read")]
    public void ViewStreamRead() => Check(Sum(_viewStream), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "RandomAccess.Read")]
    public void PositionalRead()
    {
        SafeFileHandle handle = _handle;
        long sum = 0, word;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            RandomAccess.Read(handle, new Span<byte>(&word, sizeof(long)), Scattered.OffsetOf(read));
            sum += word;
        }

        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "FileStream: Position, Read")]
    public void FileStreamRead() => Check(Sum(_stream), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "MappedFile.Read")]
    public void MappedFileRead()
    {
        MappedFile file = _file;
        long sum = 0, word;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            file.Read(Scattered.OffsetOf(read), new Span<byte>(&word, sizeof(long)));
            sum += word;
        }

        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "MappedFile.CopyTo")]
    public void CopyTo()
    {
        MappedFile file = _file;
        long sum = 0, word;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            file.CopyTo(Scattered.OffsetOf(read), new Span<byte>(&word, sizeof(long)));
            sum += word;
        }

        Check(sum, _expected);
    }

    protected override void Prepare()
    {
        string path = DataFile.OfWords(FileBytes);
        _manager = new MapManager();
        _file = _manager.Open(path);
        _raw = new RawView(path);
        _viewStream = _raw.Map.CreateViewStream(0, 0, MemoryMappedFileAccess.Read);
        _handle = File.OpenHandle(path);
        _stream = File.OpenRead(path);
    }

    protected override void Clear()
    {
        _stream.Dispose();
        _handle.Dispose();
        _viewStream.Dispose();
        _raw.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    private static long Sum(Stream stream)
    {
        long sum = 0, word;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            stream.Position = Scattered.OffsetOf(read);
            stream.ReadExactly(new Span<byte>(&word, sizeof(long)));
            sum += word;
        }

        return sum;
    }
}
