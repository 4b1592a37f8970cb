namespace Mmap.Spans.Diagnostics;

/// <summary>Stands for the library's event source: nobody listens here.</summary>
internal readonly struct MapEvents
{
    public static MapEvents Log => default;

    public void FileChanged(string file, long offset, long length, string what)
    {
    }
}
