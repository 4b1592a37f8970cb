using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What do single bytes cost inside a window, backwards and at random, and through a stream?</summary>
public class SingleBytes : Question
{
    private const int Bytes = Scattered.Reads;

    private MapManager _manager = null!;
    private MappedFile _file = null!;
    private MappedBuffer _buffer = null!;
    private Stream _stream = null!;
    private FileStream _fileStream = null!;
    private long _expected, _expectedScattered, _places;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(Backwards), nameof(Forwards), Goal.Time(1.5)),
        new(nameof(AtRandom), nameof(ForwardsAndPlaces), Goal.Time(1.5)),
        new(nameof(AtRandom), nameof(Forwards), Goal.None),
        new(nameof(StreamReadByte), nameof(FileStreamReadByte), Goal.Time(1.5)),
    ];

    [Benchmark(Baseline = true, OperationsPerInvoke = Bytes, Description = "buffer[index], forwards")]
    public void Forwards()
    {
        MappedBuffer buffer = _buffer;
        long sum = 0;
        for (int index = 0; index < Bytes; index++) sum += buffer[index];
        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Bytes, Description = "buffer[index], backwards")]
    public void Backwards()
    {
        MappedBuffer buffer = _buffer;
        long sum = 0;
        for (int index = Bytes - 1; index >= 0; index--) sum += buffer[index];
        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Bytes, Description = "buffer[index], at random")]
    public void AtRandom()
    {
        MappedBuffer buffer = _buffer;
        long sum = 0;
        for (int read = 0; read < Bytes; read++) sum += buffer[Scattered.OffsetOf(read)];
        Check(sum, _expectedScattered);
    }

    /// <summary>
    /// Computes the places at random as well, for they cost as much as a byte does, and reads forwards.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Bytes, Description = "buffer[index], forwards, places computed")]
    public void ForwardsAndPlaces()
    {
        MappedBuffer buffer = _buffer;
        long sum = 0;
        for (int index = 0; index < Bytes; index++) sum += buffer[index] + Scattered.OffsetOf(index);
        Check(sum, _expected + _places);
    }

    [Benchmark(OperationsPerInvoke = Bytes, Description = "OpenStream: ReadByte")]
    public void StreamReadByte() => ReadBytes(_stream);

    [Benchmark(OperationsPerInvoke = Bytes, Description = "FileStream: ReadByte")]
    public void FileStreamReadByte() => ReadBytes(_fileStream);

    protected override void Prepare()
    {
        string path = DataFile.OfWords(64 << 20);
        _manager = new MapManager();
        _file = _manager.Open(path);
        _buffer = _file.CreateBuffer();
        _stream = _file.OpenStream();
        _fileStream = new FileStream(path, FileMode.Open, FileAccess.Read);
        for (int index = 0; index < Bytes; index++)
            _expected += (byte)(DataFile.Word(index / sizeof(long)) >> (8 * (index % sizeof(long))));
        for (int read = 0; read < Bytes; read++) _places += Scattered.OffsetOf(read);
        for (int read = 0; read < Bytes; read++)
            _expectedScattered += (byte)DataFile.Word(Scattered.OffsetOf(read) / sizeof(long));
    }

    protected override void Clear()
    {
        _fileStream.Dispose();
        _stream.Dispose();
        _buffer.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    private void ReadBytes(Stream stream)
    {
        stream.Position = 0;
        long sum = 0;
        for (int read = 0; read < Bytes; read++) sum += stream.ReadByte();
        Check(sum, _expected);
    }
}
