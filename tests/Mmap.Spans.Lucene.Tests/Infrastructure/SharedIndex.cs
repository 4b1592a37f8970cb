using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Mmap.Spans.LuceneBench.Corpus;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Lucene.Tests.Infrastructure;

/// <summary>Twenty thousand documents, questions, and the answers that Lucene's own directory gives.</summary>
public sealed class SharedIndex : IDisposable
{
    private const int Documents = 20_000;

    private readonly TemporaryFolder _folder = new();

    public SharedIndex()
    {
        Questions = Question.Make(120, Documents);
        using var directory = new NIOFSDirectory(_folder.Path);
        GeneratedIndex.Write(directory, Documents);
        using DirectoryReader reader = DirectoryReader.Open(directory);
        var searcher = new IndexSearcher(reader);
        Answers = [.. Questions.Select(question => question.AnswerOf(searcher))];
        Bytes = new DirectoryInfo(_folder.Path).EnumerateFiles().Sum(file => file.Length);
    }

    /// <summary>The folder of the index.</summary>
    public string Path => _folder.Path;

    /// <summary>The bytes of all its files.</summary>
    public long Bytes { get; }

    /// <summary>The right answers.</summary>
    public IReadOnlyList<string> Answers { get; }

    internal Question[] Questions { get; }

    public void Dispose() => _folder.Dispose();
}
