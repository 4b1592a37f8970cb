namespace Mmap.Spans.Tests.Pipelines;

/// <summary>What a behaviour is tried on: streams of one content, as many as it likes.</summary>
/// <param name="Content">What a stream has from its start to its end.</param>
/// <param name="Open">Opens one.</param>
public sealed record StreamSubject(byte[] Content, Func<Stream> Open)
{
    /// <summary>Positions beside which mistakes lie: the ends, and the edges of the smallest windows.</summary>
    public IEnumerable<int> Edges =>
        new[] { 0, 1, Granule - 1, Granule, Granule + 1, 2 * Granule, (2 * Granule) + 101, Content.Length - 1 };

    private static int Granule => Infrastructure.LeakCheckedTest.Granule;
}
