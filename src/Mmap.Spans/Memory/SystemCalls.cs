namespace Mmap.Spans.Memory;

/// <summary>
/// The operating system's calls that the framework does not offer, one file a family. Each caller is behind a check of
/// the platform and takes "no such call here" for an answer.
/// </summary>
// SAFETY: unsafe for the pointers in the declarations. Nothing is read or written here; what each call needs stands
// above it.
internal static unsafe partial class SystemCalls;
