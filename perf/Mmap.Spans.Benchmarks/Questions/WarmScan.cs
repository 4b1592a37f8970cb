using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>How fast does each way go once through a large file in the page cache, counting its newlines?</summary>
/// <remarks>
/// "Kept" ways find their mappings as the pass before left them; the others map what they read, as the first pass over
/// a file does. The quick run takes 1 GiB, BenchmarkDotNet 4 GiB.
/// </remarks>
public class WarmScan : Question
{
    private const long Gibibyte = 1L << 30;
    private const int Mebibyte = 1 << 20;
    private const int CopyBytes = 256 << 10;

    private string _path = null!;
    private long _length;
    private long _expected;
    private MapManager _large = null!;
    private MapManager _small = null!;
    private MapManager _largeInTurn = null!;
    private MapManager _smallInTurn = null!;
    private RawView _kept = null!;
    private readonly List<MappedFile> _keptOpen = [];
    private readonly byte[] _copy = new byte[CopyBytes];

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(PipeReader16MiB), nameof(RawPointer), Goal.Throughput(0.97)),
        new(nameof(PipeReader1MiB), nameof(RawPointer), Goal.Throughput(0.9)),
        new(nameof(PipeReader1MiB), nameof(RawViews1MiB), Goal.Throughput(0.9)),
        new(nameof(PipeReader16MiBKept), nameof(RawPointerKept), Goal.Throughput(0.97)),
        new(nameof(PipeReader1MiBKept), nameof(RawPointerKept), Goal.Throughput(0.9)),
        new(nameof(PipeReader16MiB), nameof(StreamPipeReader), Goal.Throughput(1.25)),
        new(nameof(PipeReader16MiB), nameof(PositionalReads), Goal.Throughput(1.25)),
        new(nameof(Cursor16MiB), nameof(RawPointer), Goal.None),
        new(nameof(Cursor1MiB), nameof(RawPointer), Goal.None),
        new(nameof(Cursor16MiBKept), nameof(RawPointerKept), Goal.None),
        new(nameof(Cursor1MiBKept), nameof(RawPointerKept), Goal.None),
    ];

    internal override TimeSpan WarmUp => TimeSpan.FromSeconds(8);

    internal override TimeSpan Measuring => TimeSpan.FromSeconds(40);

    [Benchmark(Baseline = true, Description = "scan: one raw pointer")]
    public void RawPointer()
    {
        using var view = new RawView(_path);
        Check(Count(view), _expected);
    }

    [Benchmark(Description = "scan: one raw pointer, kept")]
    public void RawPointerKept() => Check(Count(_kept), _expected);

    [Benchmark(Description = "scan: raw views of 1 MiB, one after the other")]
    public void RawViews1MiB()
    {
        long count = 0;
        using var map = MemoryMappedFile.CreateFromFile(_path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        for (long at = 0; at < _length; at += Mebibyte)
        {
            using var view = new RawView(map, at, (int)Math.Min(Mebibyte, _length - at));
            count += Count(view.Bytes(0, (int)view.Length));
        }

        Check(count, _expected);
    }

    [Benchmark(Description = "scan: our PipeReader, 16 MiB windows")]
    public void PipeReader16MiB() => WithPipeReader(_largeInTurn);

    [Benchmark(Description = "scan: our PipeReader, 1 MiB windows")]
    public void PipeReader1MiB() => WithPipeReader(_smallInTurn);

    [Benchmark(Description = "scan: our PipeReader, 16 MiB windows, kept")]
    public void PipeReader16MiBKept() => WithPipeReader(_large);

    [Benchmark(Description = "scan: our PipeReader, 1 MiB windows, kept")]
    public void PipeReader1MiBKept() => WithPipeReader(_small);

    [Benchmark(Description = "scan: cursor, 16 MiB windows")]
    public void Cursor16MiB() => WithCursor(_largeInTurn);

    [Benchmark(Description = "scan: cursor, 1 MiB windows")]
    public void Cursor1MiB() => WithCursor(_smallInTurn);

    [Benchmark(Description = "scan: cursor, 16 MiB windows, kept")]
    public void Cursor16MiBKept() => WithCursor(_large);

    [Benchmark(Description = "scan: cursor, 1 MiB windows, kept")]
    public void Cursor1MiBKept() => WithCursor(_small);

    [Benchmark(Description = "scan: PipeReader.Create(stream), 1 MiB buffer")]
    public void StreamPipeReader()
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: Mebibyte));
        Check(CountAsync(reader).GetAwaiter().GetResult(), _expected);
    }

    [Benchmark(Description = "scan: RandomAccess.Read, 256 KiB buffer")]
    public void PositionalReads()
    {
        using SafeFileHandle handle = File.OpenHandle(_path);
        long count = 0, offset = 0;
        for (int read; (read = RandomAccess.Read(handle, _copy, offset)) > 0; offset += read)
            count += Count(_copy.AsSpan(0, read));
        Check(count, _expected);
    }

    protected override void Prepare()
    {
        _length = QuickRun.IsQuick ? Gibibyte : 4 * Gibibyte;
        _path = DataFile.OfWords(_length);
        _expected = DataFile.Newlines(_length);
        _kept = new RawView(_path);
        _large = Manager(16 * Mebibyte, 8 * Gibibyte);
        _small = Manager(Mebibyte, 16 * Gibibyte);
        // While the file is open, its regions stay from one pass to the next.
        _keptOpen.AddRange([_large.Open(_path), _small.Open(_path)]);
        _largeInTurn = Manager(16 * Mebibyte, 64 * Mebibyte);
        _smallInTurn = Manager(Mebibyte, 64 * Mebibyte);
    }

    protected override void Clear()
    {
        foreach (MappedFile file in _keptOpen) file.Dispose();
        foreach (MapManager manager in (MapManager[])[_large, _small, _largeInTurn, _smallInTurn]) manager.Dispose();
        _kept.Dispose();
    }

    private static MapManager Manager(int windowBytes, long budgetBytes) =>
        new(new MapManagerOptions
        {
            WindowSize = windowBytes,
            Overlap = Math.Min(windowBytes, Mebibyte) / 4,
            MaxMappedBytes = budgetBytes
        });

    private void WithPipeReader(MapManager manager)
    {
        using MappedFile file = manager.Open(_path);
        Check(CountAsync(file.CreatePipeReader()).GetAwaiter().GetResult(), _expected);
    }

    private void WithCursor(MapManager manager)
    {
        using MappedFile file = manager.Open(_path);
        using WindowCursor cursor = file.CreateCursor();
        long count = 0;
        for (long offset = 0; cursor.MoveTo(offset); offset = cursor.End) count += Count(cursor.Span);
        Check(count, _expected);
    }

    private static async Task<long> CountAsync(PipeReader reader)
    {
        long count = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer) count += Count(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (!result.IsCompleted) continue;

            await reader.CompleteAsync().ConfigureAwait(false);
            return count;
        }
    }

    /// <summary>The newlines of a whole file, which may be longer than a span.</summary>
    private static long Count(RawView view)
    {
        long count = 0;
        for (long at = 0; at < view.Length; at += Gibibyte)
            count += Count(view.Bytes(at, (int)Math.Min(Gibibyte, view.Length - at)));
        return count;
    }

    private static int Count(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'\n');
}
