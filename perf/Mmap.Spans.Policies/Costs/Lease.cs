namespace Mmap.Spans.Policies.Costs;

/// <summary>
/// One lease of one thread: where it begins in the file, and how long it is. It lies in one piece of 64 KiB.
/// </summary>
internal readonly record struct Lease(long Offset, int Length);
