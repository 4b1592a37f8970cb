namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>What one process saw.</summary>
/// <param name="PeakBytes">The most that the manager says it held.</param>
/// <param name="PeakMappedBytes">The most of the file that was seen in the process's own list of mappings.</param>
/// <param name="PeakAnonymousBytes">The most anonymous memory seen, beyond what there was before the manager.</param>
/// <param name="LeftAnonymousBytes">What was left of it when nothing was held and the manager had been trimmed.</param>
/// <param name="Turns">How much work was done meanwhile.</param>
internal sealed record CellResult(
    long PeakBytes, long PeakMappedBytes, long PeakAnonymousBytes, long LeftAnonymousBytes, long Turns);
