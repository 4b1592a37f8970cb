namespace Mmap.Spans.Memory;

/// <summary>Stands for the library's class: recognizes planned refusals, and asks nothing of the system.</summary>
internal static class SystemLimits
{
    public static bool IsExhausted(Exception e) => e is OutOfMemoryException;

    public static string SentenceOf(Exception e) => e.Message;

    public static string Describe() => "The limits are the scenario's.";
}
