namespace Mmap.Spans.Tool.Search;

/// <summary>Finds the matching lines of one file, in order. For one thread.</summary>
internal interface ILineFinder
{
    /// <summary>The next line that matches; false when there are no more.</summary>
    bool TryNext(out FoundLine line);
}
