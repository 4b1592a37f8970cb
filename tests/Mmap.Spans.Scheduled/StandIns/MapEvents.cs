namespace Mmap.Spans.Diagnostics;

/// <summary>Stands for the library's event source: nobody listens here.</summary>
internal readonly struct MapEvents
{
    public static MapEvents Log => default;

    public void Map(string file, long offset, int length, bool copied)
    {
    }

    public void Unmap(string file, long offset, int length)
    {
    }

    public void Evict(string file, long offset)
    {
    }

    public void Retry(string file, long offset, string reason)
    {
    }

    public void FileChanged(string what)
    {
    }
}
