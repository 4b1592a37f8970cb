namespace Mmap.Spans.Diagnostics;

/// <summary>Stands for the library's event source: nobody listens here.</summary>
internal readonly struct MapEvents
{
    public static MapEvents Log => default;

    public void Map(string file, long offset, long length, bool copied)
    {
    }

    public void Unmap(string file, long offset, long length)
    {
    }

    public void Evict(string file, long offset, long length)
    {
    }

    public void Retry(string file, long offset, long length, string reason)
    {
    }

    public void Fallback(string file, long offset, long length, string reason)
    {
    }

    public void FileChanged(string file, long offset, long length, string what)
    {
    }
}
