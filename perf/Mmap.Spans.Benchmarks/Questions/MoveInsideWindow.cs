using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>How much slower than a raw pointer are a cursor and a buffer that stay inside their window?</summary>
public unsafe class MoveInsideWindow : Question
{
    private const long FileBytes = 64 << 20;

    private readonly long _expected = Scattered.Sum();
    private long _expectedBytes;
    private MapManager _manager = null!;
    private MappedFile _file = null!;
    private WindowCursor _cursor = null!;
    private MappedBuffer _buffer = null!;
    private RawView _raw = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(Cursor), nameof(RawWords), Goal.Extra(3)),
        new(nameof(CursorSpan), nameof(RawWords), Goal.Extra(1)),
        new(nameof(Buffer), nameof(RawBytes), Goal.Extra(3)),
    ];

    [BenchmarkCategory("word")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "raw pointer, a word")]
    public void RawWords()
    {
        byte* pointer = _raw.Pointer;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += *(long*)(pointer + Scattered.OffsetOf(read));
        Check(sum, _expected);
    }

    [BenchmarkCategory("word")]
    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "cursor: MoveTo, a word of Span")]
    public void Cursor()
    {
        WindowCursor cursor = _cursor;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            cursor.MoveTo(Scattered.OffsetOf(read));
            sum += MemoryMarshal.Read<long>(cursor.Span);
        }

        Check(sum, _expected);
    }

    [BenchmarkCategory("word")]
    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "cursor: GetSpan")]
    public void CursorSpan()
    {
        WindowCursor cursor = _cursor;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
            sum += MemoryMarshal.Read<long>(cursor.GetSpan(Scattered.OffsetOf(read), sizeof(long)));
        Check(sum, _expected);
    }

    [BenchmarkCategory("byte")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "raw pointer, a byte")]
    public void RawBytes()
    {
        byte* pointer = _raw.Pointer;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += pointer[Scattered.OffsetOf(read)];
        Check(sum, _expectedBytes);
    }

    [BenchmarkCategory("byte")]
    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "buffer[index]")]
    public void Buffer()
    {
        MappedBuffer buffer = _buffer;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += buffer[Scattered.OffsetOf(read)];
        Check(sum, _expectedBytes);
    }

    protected override void Prepare()
    {
        string path = DataFile.OfWords(FileBytes);
        _manager = new MapManager();
        _file = _manager.Open(path);
        _raw = new RawView(path);
        _cursor = _file.CreateCursor();
        _buffer = _file.CreateBuffer();
        for (int read = 0; read < Scattered.Reads; read++)
            _expectedBytes += (byte)DataFile.Word(Scattered.OffsetOf(read) / sizeof(long));
    }

    protected override void Clear()
    {
        _buffer.Dispose();
        _cursor.Dispose();
        _raw.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }
}
