namespace Mmap.Spans.Memory;

/// <summary>Stands for the record of unreadable bytes; the mappings here are virtual and have none.</summary>
internal sealed class WatchedMapping
{
    public nint UnreadableFrom => nint.MaxValue;

    public bool TryCount() => false;
}
