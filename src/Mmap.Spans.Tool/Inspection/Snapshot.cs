namespace Mmap.Spans.Tool.Inspection;

/// <summary>The state of a file and its windows at one moment.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Before">The cached part before anything was read.</param>
/// <param name="Now">The cached part now.</param>
/// <param name="Reading">The progress of the reading command; null before it begins, or if there is none.</param>
internal sealed record Snapshot(string Path, long Bytes, Residency Before, Residency Now, Reading? Reading);
