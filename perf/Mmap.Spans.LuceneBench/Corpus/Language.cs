using System.Text;

namespace Mmap.Spans.LuceneBench.Corpus;

/// <summary>Words that are made up, and texts in which a word is the rarer the higher its rank.</summary>
internal static class Language
{
    /// <summary>The number of words.</summary>
    public const int Words = 40_000;

    /// <summary>Words up to this rank are in nearly every text, as articles are; queries do not contain them.</summary>
    private const int StopWords = 100;

    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";

    private static readonly HashSet<string> s_stopWords = [.. Enumerable.Range(0, StopWords).Select(WordAt)];

    /// <summary>The word of a rank, from 0 on. No word of the same length in syllables begins with another.</summary>
    public static string WordAt(int rank)
    {
        const int LeastSyllables = 2;
        var word = new StringBuilder();
        for (int syllables = 0; syllables < LeastSyllables || rank > 0; syllables++)
        {
            int syllable = rank % (Consonants.Length * Vowels.Length);
            rank /= Consonants.Length * Vowels.Length;
            word.Append(Consonants[syllable / Vowels.Length]).Append(Vowels[syllable % Vowels.Length]);
        }

        return word.ToString();
    }

    /// <summary>A rank, as good as random: each as likely as one divided by it.</summary>
    public static int NextRank(Random random) => (int)Math.Pow(Words, random.NextDouble()) - 1;

    /// <summary>True if queries may contain the word.</summary>
    public static bool IsSearched(string word) => !s_stopWords.Contains(word);

    /// <summary>The same, restricted to words that queries may contain.</summary>
    public static int NextSearchedRank(Random random)
    {
        while (true)
        {
            int rank = NextRank(random);
            if (rank >= StopWords) return rank;
        }
    }

    /// <summary>Words in a row.</summary>
    public static string NextText(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => WordAt(NextRank(random))));
}
