namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class and does nothing, because a scenario's loads are not mappings.</summary>
internal static class Advice
{
    public static bool DropPages(ReadOnlySpan<RegionMemory> leaving) => leaving.IsEmpty;
}
