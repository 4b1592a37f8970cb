using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Mmap.Spans.Lucene;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace Mmap.Spans.LuceneBench;

/// <summary>One directory over the index, with a searcher on it.</summary>
internal sealed class Contestant : IDisposable
{
    private readonly LuceneDirectory _directory;
    private readonly DirectoryReader _reader;
    private readonly MapManager _manager;

    /// <param name="kind">The kind of directory.</param>
    /// <param name="folder">The folder of the index.</param>
    public Contestant(ContestantKind kind, DirectoryInfo folder)
    {
        _manager = new MapManager(kind == ContestantKind.SmallBudget ? SmallBudget(folder) : new MapManagerOptions());
        _directory = kind switch
        {
            ContestantKind.MMap => new MMapDirectory(folder),
            ContestantKind.NIOFS => new NIOFSDirectory(folder),
            ContestantKind.SimpleFS => new SimpleFSDirectory(folder),
            ContestantKind.RAM => new RAMDirectory(new SimpleFSDirectory(folder), IOContext.DEFAULT),
            _ => new MappedDirectory(folder, null, _manager),
        };
        _reader = DirectoryReader.Open(_directory);
        Searcher = new IndexSearcher(_reader);
    }

    /// <summary>The searcher, which threads share.</summary>
    public IndexSearcher Searcher { get; }

    /// <summary>The manager's peak of mapped bytes, in MiB.</summary>
    public long PeakMebibytes => _manager.GetStatistics().PeakMappedBytes >> 20;

    public void Dispose()
    {
        _reader.Dispose();
        _directory.Dispose();
        _manager.Dispose();
    }

    private static MapManagerOptions SmallBudget(DirectoryInfo folder) => new()
    {
        WindowSize = 64 << 10,
        Overlap = 4 << 10,
        MaxMappedBytes = folder.EnumerateFiles().Sum(file => file.Length) / 8,
    };
}
