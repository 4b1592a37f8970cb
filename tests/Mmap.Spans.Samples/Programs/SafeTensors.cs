using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mmap.Spans.Samples.Programs;

/// <summary>
/// Tensors of a `safetensors` file: eight bytes of length, a header in JSON, then the numbers, which are used where
/// they lie in the mapping.
/// </summary>
public sealed class SafeTensors : IDisposable
{
    private const int LengthBytes = 8, Alignment = 64;
    private readonly MappedFile _file;

    /// <summary>Opens a model and reads its header.</summary>
    public SafeTensors(MapManager manager, string path)
    {
        _file = manager.Open(path);
        long length = _file.Read<long>(0);
        using MemoryLease lease = _file.LeaseMemory(LengthBytes, checked((int)length));
        using var header = JsonDocument.Parse(lease.Memory);
        Tensors = header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__")
            .ToDictionary(tensor => tensor.Name, tensor => Describe(tensor.Value, LengthBytes + length));
    }

    /// <summary>What there is, by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Looks for the row nearest to another one. Argument: how many rows of 256 numbers there are.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments is [string count] ? int.Parse(count, null) : 100_000;
        string path = Path.Combine(Path.GetTempPath(), $"model-{Guid.NewGuid():N}.safetensors");
        try
        {
            Write(path, rows, columns: 256);
            using var manager = new MapManager();
            using var model = new SafeTensors(manager, path);
            TensorInfo words = model.Tensors["words"];
            output.WriteLine($"words: {words.Type}, {string.Join(" x ", words.Shape)}, {words.Bytes}");
            Figures.Compare(output, 9, ("FileStream into an array", () => NearestOfArray(path, words)),
                ("lease", () => model.Nearest("words", row: 7)));
        }
        finally
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <summary>The row of a matrix whose angle to another row of it is least.</summary>
    public int Nearest(string name, int row)
    {
        TensorInfo tensor = Tensors[name];
        if (tensor.Type != "F32") throw new NotSupportedException($"'{name}' has numbers of type {tensor.Type}.");
        using SpanLease lease = _file.LeaseSpan(tensor.Bytes.Offset, checked((int)tensor.Bytes.Length));
        // A mapping lies in memory as its bytes do in the file: numbers that are aligned there are aligned here.
        return Nearest(MemoryMarshal.Cast<byte, float>(lease.Span), (int)tensor.Shape[1], row);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes a model of one matrix and one vector, whose numbers are the same at each call.</summary>
    public static void Write(string path, int rows, int columns)
    {
        long matrix = (long)rows * columns * sizeof(float), all = matrix + (columns * sizeof(float));
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["__metadata__"] = new { made = "by a sample" },
            ["words"] = new { dtype = "F32", shape = new[] { rows, columns }, data_offsets = new[] { 0, matrix } },
            ["bias"] = new { dtype = "F32", shape = new[] { columns }, data_offsets = new[] { matrix, all } },
        });
        // Spaces behind the header, so that the numbers begin where vectors of the processor may.
        int padded = ((LengthBytes + header.Length + Alignment - 1) / Alignment * Alignment) - LengthBytes;
        using FileStream stream = File.Create(path);
        stream.Write(BitConverter.GetBytes((long)padded));
        stream.Write(header);
        stream.Write([.. Enumerable.Repeat((byte)' ', padded - header.Length)]);
        var random = new Random(1);
        float[] numbers = new float[columns];
        for (int row = 0; row <= rows; row++)
        {
            foreach (ref float number in numbers.AsSpan()) number = random.NextSingle() - 0.5f;
            stream.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }
    }

    private static TensorInfo Describe(JsonElement tensor, long start)
    {
        long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. tensor.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        var bytes = new FileRange(start + offsets[0], offsets[1] - offsets[0]);
        return new TensorInfo(tensor.GetProperty("dtype").GetString()!, shape, bytes);
    }

    private static int NearestOfArray(string path, TensorInfo tensor)
    {
        using FileStream stream = File.OpenRead(path);
        float[] numbers = new float[tensor.Bytes.Length / sizeof(float)];
        stream.Position = tensor.Bytes.Offset;
        stream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return Nearest(numbers, (int)tensor.Shape[1], row: 7);
    }

    private static int Nearest(ReadOnlySpan<float> matrix, int columns, int row)
    {
        ReadOnlySpan<float> wanted = matrix.Slice(row * columns, columns);
        (int Row, float Cosine) best = (-1, float.NegativeInfinity);
        for (int i = 0; i * columns < matrix.Length; i++)
        {
            float cosine = TensorPrimitives.CosineSimilarity(wanted, matrix.Slice(i * columns, columns));
            if (i != row && cosine > best.Cosine) best = (i, cosine);
        }

        return best.Row;
    }
}
