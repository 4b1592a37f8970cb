namespace Mmap.Spans.Tool.Inspection;

/// <summary>What is known of a file and its windows at one moment.</summary>
/// <param name="Path">The file, as the user named it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Before">What was in the system's cache before anything was read.</param>
/// <param name="Now">What is there now.</param>
/// <param name="Reading">What the command that reads it has done so far; null before it begins, or if there is none.</param>
internal sealed record Snapshot(string Path, long Bytes, Residency Before, Residency Now, Reading? Reading);
