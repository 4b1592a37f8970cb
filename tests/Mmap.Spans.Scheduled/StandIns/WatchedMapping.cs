namespace Mmap.Spans.Memory;

/// <summary>Stands for what knows of unreadable bytes; the mappings here are made up and have none.</summary>
internal sealed class WatchedMapping
{
    public nint UnreadableFrom => nint.MaxValue;

    public bool TryCount() => false;
}
