namespace Mmap.Spans.Memory;

/// <summary>
/// System calls that the framework does not offer, one file a family. Each caller checks the platform first, and
/// accepts that the call may not exist.
/// </summary>
// SAFETY: unsafe for the pointers in the declarations. Nothing is read or written here; each call's requirement stands
// above it.
internal static unsafe partial class SystemCalls;
