namespace Mmap.Spans.Diagnostics;

/// <summary>Stands for the library's meter: nobody listens here.</summary>
internal static class MapMetrics
{
    public static void Mapped()
    {
    }

    public static void Missed()
    {
    }

    public static void Evicted()
    {
    }

    public static void Retried()
    {
    }

    public static void FellBack()
    {
    }
}
