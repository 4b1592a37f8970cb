using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>A file of sixteen windows, of which the first four are in memory and fill the table.</summary>
internal sealed class FullTable : IDisposable
{
    public const int Step = 64 << 10;
    public const int Resident = 4;
    private const int Windows = 16;

    /// <param name="backing">The backing of the file.</param>
    /// <param name="verify">The verification of the file's length.</param>
    /// <param name="change">Other options of the manager.</param>
    /// <param name="wrap">The backing between the file and the system.</param>
    public FullTable(
        Backing backing = Backing.Auto,
        bool verify = false,
        Func<MapManagerOptions, MapManagerOptions>? change = null,
        Func<IBacking, IBacking>? wrap = null)
    {
        if (backing == Backing.TruncationSafe) GuardHere.OrSkip();
        Sample = SampleFile.OfLength(Windows * Step);
        var options = new MapManagerOptions { WindowSize = Step, Overlap = 0, MaxMappedBytes = Resident * Step };
        Manager = new MapManager(change is null ? options : change(options)) { WrapBacking = wrap };
        File = Manager.Open(Sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        for (int window = 0; window < Resident; window++) File.LeaseSpan(OffsetOf(window), 8).Dispose();
    }

    public SampleFile Sample { get; }

    public MapManager Manager { get; }

    public MappedFile File { get; }

    public MapStatistics Statistics => Manager.GetStatistics();

    public static long OffsetOf(int window) => (long)window * Step;

    /// <summary>A lease of every window that is in memory.</summary>
    public MemoryLease[] HoldAll() =>
        [.. Enumerable.Range(0, Resident).Select(window => File.LeaseMemory(OffsetOf(window), 8))];

    public void Dispose()
    {
        File.Dispose();
        Manager.Dispose();
        Sample.Dispose();
    }
}
