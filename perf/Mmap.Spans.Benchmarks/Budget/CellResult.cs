namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>The measurements of one process.</summary>
/// <param name="PeakBytes">The most that the manager says it held.</param>
/// <param name="PeakMappedBytes">The most of the file that was seen in the process's own list of mappings.</param>
/// <param name="PeakAnonymousBytes">The most anonymous memory seen, beyond what there was before the manager.</param>
/// <param name="LeftAnonymousBytes">The rest of it after all leases had ended and the manager was trimmed.</param>
/// <param name="Turns">The number of turns in that time.</param>
internal sealed record CellResult(
    long PeakBytes, long PeakMappedBytes, long PeakAnonymousBytes, long LeftAnonymousBytes, long Turns);
