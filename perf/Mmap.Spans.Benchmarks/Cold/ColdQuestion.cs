using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Cold;

/// <summary>Ways of reading one file that is on the disk and nowhere else.</summary>
internal abstract class ColdQuestion
{
    /// <summary>The file, which is driven out of the page cache before each call of a way.</summary>
    public abstract string Path { get; }

    /// <summary>The ways. Each opens and closes what it needs, so that nothing keeps pages mapped afterwards.</summary>
    public abstract IReadOnlyList<Contestant> Ways { get; }

    /// <summary>The pairs to compare, in the order of the table.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>Throws unless a result is the one that was worked out beforehand.</summary>
    protected static void Check(long result, long expected)
    {
        if (result != expected)
            throw new InvalidOperationException($"The work gave {result}, and should have given {expected}.");
    }
}
