using System.Globalization;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace Mmap.Spans.LuceneBench.Corpus;

/// <summary>Documents that follow from their number, and the index of them.</summary>
internal static class GeneratedIndex
{
    /// <summary>The fields of a document.</summary>
    public const string Id = "id", Body = "body", Size = "size", Title = "title";

    private const int LeastWords = 30;
    private const int MostWords = 120;

    /// <summary>The text of a document.</summary>
    public static string BodyOf(int number)
    {
        var random = new Random(number);
        return Language.NextText(random, random.Next(LeastWords, MostWords + 1));
    }

    /// <summary>A document: its number, a text that is indexed and stored, and two values to sort by.</summary>
    public static Document DocumentOf(int number)
    {
        string body = BodyOf(number);
        return new Document
        {
            new StringField(Id, number.ToString(CultureInfo.InvariantCulture), Field.Store.YES),
            new TextField(Body, body, Field.Store.YES),
            new NumericDocValuesField(Size, body.Length),
            new SortedDocValuesField(Title, new BytesRef(body[..body.IndexOf(' ', StringComparison.Ordinal)])),
        };
    }

    /// <summary>The settings of the writers of these documents.</summary>
    public static IndexWriterConfig Settings =>
        new(LuceneVersion.LUCENE_48, new WhitespaceAnalyzer(LuceneVersion.LUCENE_48));

    /// <summary>Writes an index of so many documents, in compound segments of several sizes.</summary>
    public static void Write(LuceneDirectory directory, int documents)
    {
        const int Segments = 2;
        using var writer = new IndexWriter(directory, Settings);
        for (int number = 0; number < documents; number++) writer.AddDocument(DocumentOf(number));
        writer.ForceMerge(Segments);
    }
}
