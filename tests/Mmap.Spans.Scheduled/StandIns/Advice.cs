namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class: a scenario's loads are no mappings and have no pages of the
/// system's.</summary>
internal static class Advice
{
    public static bool DropPages(ReadOnlySpan<RegionMemory> leaving) => leaving.IsEmpty;
}
