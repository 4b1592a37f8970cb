using System.Text;

namespace Mmap.Spans.LuceneBench.Corpus;

/// <summary>Words that are made up, and texts in which a word is the rarer the higher its rank, as in a language.</summary>
internal static class Language
{
    /// <summary>How many words there are.</summary>
    public const int Words = 40_000;

    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";

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

    /// <summary>Words in a row.</summary>
    public static string NextText(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => WordAt(NextRank(random))));
}
