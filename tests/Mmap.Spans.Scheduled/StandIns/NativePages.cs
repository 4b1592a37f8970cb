namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class; scenarios read no lease and need no pages.</summary>
internal static class NativePages
{
    public static PageRange Allocate(nuint bytes) => throw new NotSupportedException($"{bytes} bytes of pages.");

    public static bool TryFree(PageRange pages) => throw new NotSupportedException($"{pages}");
}
