using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Cold;

/// <summary>One pass over a file that is only on the disk, with a consumer that counts newlines.</summary>
internal sealed class ColdScan(long bytes) : ColdQuestion
{
    private const int BufferBytes = 256 << 10;

    private readonly string _path = DataFile.OfWords(bytes);
    private readonly long _newlines = DataFile.Newlines(bytes);

    public override string Path => _path;

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("ahead 4", "positional", Goal.Throughput(1.0)),
        new("ahead 1", "positional", Goal.None),
        new("ahead 16", "positional", Goal.None),
        new("none ahead", "positional", Goal.None),
        new("ahead 4, small", "positional", Goal.None),
    ];

    public override IReadOnlyList<Contestant> Ways =>
    [
        new("positional", "RandomAccess.Read, 256 KiB, SequentialScan", 1, Positional),
        new("none ahead", "PipeReader, nothing ahead", 1, () => Reader(16 << 20, 0)),
        new("ahead 1", "PipeReader, 1 window of 16 MiB ahead", 1, () => Reader(16 << 20, 1)),
        new("ahead 4", "PipeReader, 4 windows of 16 MiB ahead", 1, () => Reader(16 << 20, 4)),
        new("ahead 16", "PipeReader, 16 windows of 16 MiB ahead", 1, () => Reader(16 << 20, 16)),
        new("ahead 4, small", "PipeReader, 4 windows of 1 MiB ahead", 1, () => Reader(1 << 20, 4)),
    ];

    private void Positional()
    {
        using SafeFileHandle handle =
            File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        byte[] buffer = new byte[BufferBytes];
        long count = 0;
        for (long offset = 0; ;)
        {
            int read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0) break;
            count += buffer.AsSpan(0, read).Count((byte)'\n');
            offset += read;
        }

        Check(count, _newlines);
    }

    private void Reader(int windowBytes, int readAhead)
    {
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = windowBytes,
            Overlap = windowBytes / 16,
            MaxMappedBytes = 512 << 20,
        });
        using MappedFile file = manager.Open(_path, new MappedFileOptions { Access = AccessPattern.Sequential });
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = readAhead });
        long count = 0;
        while (reader.TryRead(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> part in result.Buffer) count += part.Span.Count((byte)'\n');
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) break;
        }

        reader.Complete();
        Check(count, _newlines);
    }
}
