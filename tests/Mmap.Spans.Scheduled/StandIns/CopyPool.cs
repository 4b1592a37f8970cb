namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class: no scenario reads a lease.</summary>
internal sealed class CopyPool(long maxBytes)
{
    public static int BytesFor(long offset, int length) => (int)(offset % 64) + length;

    public nint Rent(long offset, int length) => throw new NotSupportedException($"{offset}+{length} of {maxBytes}");

    public void Return(nint address, long offset, int length) => throw new NotSupportedException($"{address}");

    public void Drain()
    {
    }

    public void Close()
    {
    }
}
