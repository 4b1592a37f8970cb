namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class: no scenario reads a lease, so no pages are wanted.</summary>
internal static class NativePages
{
    public static PageRange Allocate(nuint bytes) => throw new NotSupportedException($"{bytes} bytes of pages.");

    public static bool TryFree(PageRange pages) => throw new NotSupportedException($"{pages}");
}
