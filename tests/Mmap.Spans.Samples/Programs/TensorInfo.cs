namespace Mmap.Spans.Samples.Programs;

/// <summary>A tensor of a file: its numbers' type, its shape, and where its bytes are.</summary>
public sealed record TensorInfo(string Type, long[] Shape, FileRange Bytes);
