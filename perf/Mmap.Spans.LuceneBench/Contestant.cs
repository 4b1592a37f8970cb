using Lucene.Net.Index;
using Lucene.Net.Search;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace Mmap.Spans.LuceneBench;

/// <summary>One directory over the index, with a searcher on it.</summary>
internal sealed class Contestant : IDisposable
{
    private readonly LuceneDirectory _directory;
    private readonly DirectoryReader _reader;
    private readonly MapManager? _manager;

    /// <param name="name">What the table calls it.</param>
    /// <param name="directory">The directory, which becomes the contestant's own.</param>
    /// <param name="manager">The manager of the directory, if it is ours.</param>
    public Contestant(string name, LuceneDirectory directory, MapManager? manager = null)
    {
        Name = name;
        _directory = directory;
        _manager = manager;
        _reader = DirectoryReader.Open(directory);
        Searcher = new IndexSearcher(_reader);
    }

    /// <summary>What the table calls it.</summary>
    public string Name { get; }

    /// <summary>The searcher, which threads share.</summary>
    public IndexSearcher Searcher { get; }

    /// <summary>What its manager has held at most, in MiB; null for another's directory.</summary>
    public long? PeakMebibytes => _manager?.GetStatistics().PeakMappedBytes >> 20;

    public void Dispose()
    {
        _reader.Dispose();
        _directory.Dispose();
        _manager?.Dispose();
    }
}
