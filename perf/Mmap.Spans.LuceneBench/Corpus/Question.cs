using System.Globalization;
using System.Text;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace Mmap.Spans.LuceneBench.Corpus;

/// <summary>A query, and how its hits are sorted.</summary>
/// <param name="Query">The query.</param>
/// <param name="Sort">The order of the hits; null for the score.</param>
internal sealed record Question(Query Query, Sort? Sort)
{
    /// <summary>The questions of the benchmark.</summary>
    public const int InTheBenchmark = 510;

    private const int Hits = 10;

    /// <summary>Questions of all kinds in turn: words, several words, phrases, beginnings, two sorts.</summary>
    /// <param name="count">The number of questions.</param>
    /// <param name="documents">The documents of the index; phrases are taken from them.</param>
    public static Question[] Make(int count, int documents)
    {
        var random = new Random(documents);
        return [.. Enumerable.Range(0, count).Select(turn => (turn % 6) switch
        {
            0 => new Question(NextWord(random), null),
            1 => new Question(Several(Occur.MUST, NextWord(random), NextWord(random)), null),
            2 => new Question(Several(Occur.SHOULD, NextWord(random), NextWord(random), NextWord(random)), null),
            3 => new Question(NextPhrase(random, documents), null),
            4 => new Question(new PrefixQuery(InBody(NextText(random)[..4])), null),
            _ => new Question(NextWord(random), new Sort(
                random.Next(2) == 0
                    ? new SortField(GeneratedIndex.Size, SortFieldType.INT64)
                    : new SortField(GeneratedIndex.Title, SortFieldType.STRING))),
        })];
    }

    /// <summary>The best hits.</summary>
    public TopDocs Ask(IndexSearcher searcher) =>
        Sort is null ? searcher.Search(Query, Hits) : searcher.Search(Query, null, Hits, Sort);

    /// <summary>All that is known of the best hits, stored fields too, as a text that can be compared.</summary>
    public string AnswerOf(IndexSearcher searcher)
    {
        TopDocs top = Ask(searcher);
        var answer = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Query}: {top.TotalHits}");
        foreach (ScoreDoc hit in top.ScoreDocs)
        {
            Document document = searcher.Doc(hit.Doc);
            answer.Append(CultureInfo.InvariantCulture, $"\n{hit.Doc} {hit.Score:R} ");
            answer.Append(document.Get(GeneratedIndex.Id)).Append(' ').Append(document.Get(GeneratedIndex.Body));
        }

        return answer.ToString();
    }

    private static string NextText(Random random) => Language.WordAt(Language.NextSearchedRank(random));

    private static Term InBody(string word) => new(GeneratedIndex.Body, word);

    private static TermQuery NextWord(Random random) => new(InBody(NextText(random)));

    private static BooleanQuery Several(Occur occur, params Query[] queries)
    {
        var all = new BooleanQuery();
        foreach (Query query in queries) all.Add(query, occur);
        return all;
    }

    /// <summary>Two words in a row of some document; queries may contain both.</summary>
    private static PhraseQuery NextPhrase(Random random, int documents)
    {
        while (true)
        {
            string[] words = GeneratedIndex.BodyOf(random.Next(documents)).Split(' ');
            int first = Enumerable.Range(0, words.Length - 1)
                .FirstOrDefault(at => Language.IsSearched(words[at]) && Language.IsSearched(words[at + 1]), -1);
            if (first < 0) continue;
            return new PhraseQuery { InBody(words[first]), InBody(words[first + 1]) };
        }
    }
}
