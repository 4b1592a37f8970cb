using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mmap.Spans.Samples.Programs;

/// <summary>
/// Tensors of a `safetensors` file: eight bytes of length, a header in JSON, then the numbers. They are used where they
/// lie in the mapping.
/// </summary>
public sealed class SafeTensors(MappedFile file)
{
    private const int LengthBytes = 8, Alignment = 64;

    /// <summary>A tensor: the type of its numbers, its shape, and the range of its bytes in the file.</summary>
    public sealed record Tensor(string Type, long[] Shape, FileRange Bytes);

    /// <summary>All tensors, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = ReadHeader(file);

    /// <summary>Finds the row nearest to another one. Argument: the number of rows of 256 numbers.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments is [string count] ? int.Parse(count, null) : 100_000;
        string path = Path.Combine(Path.GetTempPath(), $"model-{Guid.NewGuid():N}.safetensors");
        try
        {
            Write(path, rows, columns: 256);
            using var manager = new MapManager();
            using MappedFile file = manager.Open(path);
            var model = new SafeTensors(file);
            Tensor words = model.Tensors["words"];
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

    /// <summary>The row of a matrix that has the smallest angle to another of its rows.</summary>
    public int Nearest(string name, int row)
    {
        Tensor tensor = Tensors[name];
        if (tensor.Type != "F32") throw new NotSupportedException($"'{name}' has numbers of type {tensor.Type}.");
        using SpanLease lease = file.LeaseSpan(tensor.Bytes.Offset, checked((int)tensor.Bytes.Length));
        // A mapping has the alignment of its file: numbers that are aligned there are aligned here.
        return Nearest(MemoryMarshal.Cast<byte, float>(lease.Span), (int)tensor.Shape[1], row);
    }

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
        // Spaces behind the header align the numbers for the processor's vectors.
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

    private static Dictionary<string, Tensor> ReadHeader(MappedFile file)
    {
        long length = file.Read<long>(0), start = LengthBytes + length;
        using MemoryLease lease = file.LeaseMemory(LengthBytes, checked((int)length));
        using var header = JsonDocument.Parse(lease.Memory);
        return header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__")
            .ToDictionary(tensor => tensor.Name, tensor => Describe(tensor.Value, start));
    }

    private static Tensor Describe(JsonElement tensor, long start)
    {
        long[] shape = tensor.GetProperty("shape").Deserialize<long[]>()!;
        long[] offsets = tensor.GetProperty("data_offsets").Deserialize<long[]>()!;
        var bytes = new FileRange(start + offsets[0], offsets[1] - offsets[0]);
        return new Tensor(tensor.GetProperty("dtype").GetString()!, shape, bytes);
    }

    private static int NearestOfArray(string path, Tensor tensor)
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
