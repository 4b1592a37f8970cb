namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's type.</summary>
internal readonly record struct PageRange(nint Start, nuint Bytes);
