using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// One question of speed: the ways of doing the work, which are the methods marked <see cref="BenchmarkAttribute"/>,
/// and the pairs to compare. BenchmarkDotNet and the quick run both call these same methods.
/// </summary>
/// <remarks>Each method does its operations, checks the result and throws if it is wrong.</remarks>
[MemoryDiagnoser]
public abstract class Question
{
    /// <summary>The class's name.</summary>
    public string Name => GetType().Name;

    /// <summary>The pairs to compare, in the order of the table.</summary>
    internal abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>The pairs that the quick run repeats in a process without dynamic PGO.</summary>
    internal virtual IReadOnlyList<Comparison> ComparisonsWithoutProfile => [];

    /// <summary>The time for which the quick run warms up all ways together.</summary>
    internal virtual TimeSpan WarmUp => TimeSpan.FromSeconds(0.4 * Contestants().Count);

    /// <summary>The time for which the quick run measures.</summary>
    internal virtual TimeSpan Measuring => TimeSpan.FromSeconds(5);

    /// <summary>
    /// True if the threads measure the time of a round themselves. The wall time of BenchmarkDotNet would include the
    /// wake-up of the threads and their wait for a processor.
    /// </summary>
    internal virtual bool IsTimedByItsThreads => false;

    [GlobalSetup]
    public void Setup() => Prepare();

    [GlobalCleanup]
    public void Cleanup() => Clear();

    /// <summary>The ways of doing the work.</summary>
    internal IReadOnlyList<Contestant> Contestants() =>
    [
        .. from method in GetType().GetMethods()
           let mark = method.GetCustomAttribute<BenchmarkAttribute>()
           where mark is not null
           select new Contestant(method.Name, mark.Description ?? method.Name, mark.OperationsPerInvoke,
               method.CreateDelegate<Action>(this)),
    ];

    /// <summary>Makes the files, managers and other objects that the methods expect.</summary>
    protected abstract void Prepare();

    /// <summary>Ends what <see cref="Prepare"/> made.</summary>
    protected abstract void Clear();

    /// <summary>Throws unless a result is the one that was worked out beforehand.</summary>
    protected static void Check(long result, long expected)
    {
        if (result != expected)
            throw new InvalidOperationException($"The work gave {result}, and should have given {expected}.");
    }
}
