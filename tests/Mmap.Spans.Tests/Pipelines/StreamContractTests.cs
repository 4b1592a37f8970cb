using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Every behaviour of <see cref="StreamCases"/>, in every setting.</summary>
public sealed class StreamContractTests : LeakCheckedTest
{
    private static readonly MappedFileOptions s_map = new() { Backing = Backing.Map };

    private static readonly Dictionary<string, Func<StreamContractTests, StreamSubject>> s_settings = new()
    {
        // That the table asks what others do, and no more.
        ["FileStream"] = test => test.OfFileStream(),
        ["all as it comes"] = test => test.Of(new MapManagerOptions()),
        ["a budget of one window, no overlap"] = test =>
            test.Of(Windows(overlap: 0) with { MaxMappedBytes = Granule }, s_map),
        ["an odd overlap"] = test => test.Of(Windows(overlap: 101), s_map),
        ["a range at an odd offset"] = test => test.Of(Windows(overlap: 256), s_map, before: 777, behind: 333),
        ["Verify"] = test => test.Of(Windows(overlap: 7), s_map with { Verify = true }),
        ["GuardLeases"] = test => test.Of(Windows(overlap: 256) with { GuardLeases = true, TrackLeases = true }),
        ["one region"] = test => test.Of(Windows(overlap: 256) with { MaxRegions = 1 }, s_map),
        ["TruncationSafe"] = test =>
            test.Of(Windows(overlap: 0), new MappedFileOptions { Backing = Backing.TruncationSafe }),
        ["Copy, where a full budget is an error"] = test => test.Of(
            Windows(overlap: 0) with { MaxCopiedBytes = 16 * Granule, OverBudget = OverBudget.Fail },
            new MappedFileOptions { Backing = Backing.Copy }),
        ["a BufferedStream over it"] = test =>
            test.Of(Windows(overlap: 3), wrap: stream => new BufferedStream(stream, 100)),
    };

    /// <summary>Each behaviour in each setting.</summary>
    public static TheoryData<string, string> Cases =>
        [.. from setting in s_settings.Keys from behaviour in StreamCases.All.Keys select (setting, behaviour)];

    /// <summary>Some of the smallest windows and a rest.</summary>
    private static int Length => (3 * Granule) + 100;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task AStreamBehavesAsOthersDo(string setting, string behaviour) =>
        StreamCases.All[behaviour](s_settings[setting](this));

    private static MapManagerOptions Windows(int overlap) => new() { WindowSize = Granule, Overlap = overlap };

    private StreamSubject OfFileStream()
    {
        OpenSample(ManagerOf(0), Length, out SampleFile sample);
        return new StreamSubject(SampleFile.Bytes(0, Length), () => File.OpenRead(sample.Path));
    }

    private StreamSubject Of(
        MapManagerOptions options, MappedFileOptions? fileOptions = null, int before = 0, int behind = 0,
        Func<Stream, Stream>? wrap = null)
    {
        MappedFile file = OpenSample(ManagerOf(options), before + Length + behind, out _, fileOptions);
        Func<Stream, Stream> open = wrap ?? (stream => stream);
        return new StreamSubject(SampleFile.Bytes(before, Length), () => open(file.OpenStream(before, Length)));
    }
}
