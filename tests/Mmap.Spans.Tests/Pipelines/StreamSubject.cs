namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The subject of a behaviour: any number of streams of one content.</summary>
/// <param name="Content">The bytes of a stream from its start to its end.</param>
/// <param name="Open">Opens one.</param>
public sealed record StreamSubject(byte[] Content, Func<Stream> Open)
{
    /// <summary>Positions beside which mistakes lie: the ends, and the edges of the smallest windows.</summary>
    public IEnumerable<int> Edges =>
        new[] { 0, 1, Granule - 1, Granule, Granule + 1, 2 * Granule, (2 * Granule) + 101, Content.Length - 1 };

    private static int Granule => Infrastructure.LeakCheckedTest.Granule;
}
