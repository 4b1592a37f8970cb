using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>A file is rewritten in place while it is open: who looks at it again gets the new bytes.</summary>
public class RewrittenTests
{
    private const int Window = 64 << 10;

    private static readonly MapManagerOptions s_options = new() { WindowSize = Window, Overlap = 4096 };

    public static TheoryData<int, Backing> Files
    {
        get
        {
            var rows = new TheoryData<int, Backing>();
            foreach (int length in (int[])[15, 65_536, 65_537, 200_000])
            {
                foreach (Backing backing in (Backing[])[Backing.Auto, Backing.Map, Backing.Copy])
                    rows.Add(length, backing);
            }

            return rows;
        }
    }

    [Fact]
    public void TheAnswerIsTheLastValue() => Assert.Equal(4, (int)FileChange.Rewritten);

    [Theory, MemberData(nameof(Files))]
    public void ARefreshSaysSoOnceAndALeaseAfterItHasTheNewBytes(int length, Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(length);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        using MemoryLease before = file.LeaseMemory(0, length);
        byte[] rewritten = Rewrite(sample);

        Assert.Equal(FileChange.Rewritten, file.Refresh());
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        AssertHas(file, rewritten);
        // A copy that is leased stays; a mapping shows what is written.
        if (backing == Backing.Copy) SampleFile.AssertBytes(before.Span, 0);
    }

    [Fact]
    public void UnderVerifyTheCopiesBeforeItAreGivenBack()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var manager = new MapManager(s_options);
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy, Verify = true });
        file.LeaseMemory(0, 200_000).Dispose();
        file.LeaseSequence(0, 200_000).Dispose();
        Assert.Equal(3, manager.GetStatistics().Regions);
        Rewrite(sample);
        file.LeaseMemory(0, 10).Dispose();
        Assert.Equal(1, manager.GetStatistics().Regions);
    }

    [Theory, MemberData(nameof(Files))]
    public void ASecondOpenLooksAndBothHaveTheNewBytes(int length, Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(length);
        using var manager = new MapManager(s_options);
        using MappedFile first = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        first.LeaseSequence(0, length).Dispose();
        byte[] rewritten = Rewrite(sample);
        using MappedFile second = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        AssertHas(second, rewritten);
        AssertHas(first, rewritten);
        Assert.Equal(FileChange.Rewritten, first.Refresh());
        Assert.Equal(FileChange.Unchanged, second.Refresh());
    }

    [Theory, MemberData(nameof(Files))]
    public void ALeaseWithVerifyHasTheNewBytes(int length, Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(length);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = true });
        file.LeaseSequence(0, length).Dispose();
        byte[] rewritten = Rewrite(sample);
        AssertHas(file, rewritten);
        // To verify is not to refresh: the answer is still to come.
        Assert.Equal(FileChange.Rewritten, file.Refresh());
    }

    [Fact]
    public void AfterARefreshOfALongerFileNoOldByteIsLeft()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        file.LeaseSequence(0, 2 * Window).Dispose();
        byte[] longer = new byte[3 * Window + 100];
        Array.Fill(longer, (byte)'B');
        SampleFile.Rewrite(sample.Path, longer);
        Assert.Equal(FileChange.Grown, file.Refresh());
        using Stream stream = file.OpenStream();
        var all = new MemoryStream();
        stream.CopyTo(all);
        Assert.Equal(longer, all.ToArray());
    }

    [Fact]
    public void AStreamOfCopiesThatIsOpenAcrossItNeverGoesOnWithTheNewBytes()
    {
        using SampleFile sample = SampleFile.OfLength(5 * Window);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        using Stream stream = file.OpenStream();
        byte[] part = new byte[100];
        stream.ReadExactly(part);
        byte[] rewritten = Rewrite(sample);

        stream.Position = 3 * Window;
        FileChangedException refused = Assert.Throws<FileChangedException>(() => stream.ReadExactly(part));
        Assert.Contains(sample.Path, refused.Message);
        Assert.Contains("written to", refused.Message);
        Assert.Equal(FileChange.Rewritten, file.Refresh());
        AssertHas(file, rewritten);
    }

    [Fact]
    public void AnAppendThatIsUnderWayIsNoRewriting()
    {
        const int Appends = 30_000;
        using SampleFile sample = SampleFile.OfLength(0);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        bool done = false;
        var writer = new Thread(() =>
        {
            using var append = new FileStream(sample.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, 0);
            byte[] line = new byte[100];
            for (int i = 0; i < Appends; i++) append.Write(line);
            Volatile.Write(ref done, true);
        });
        writer.Start();
        var answers = new Dictionary<FileChange, int>();
        while (!Volatile.Read(ref done))
        {
            FileChange change = file.Refresh();
            answers[change] = answers.GetValueOrDefault(change) + 1;
        }

        writer.Join();
        file.Refresh();
        Assert.Equal(Appends * 100L, file.Length);
        Assert.DoesNotContain(FileChange.Rewritten, answers);
    }

    private static byte[] Rewrite(SampleFile sample)
    {
        byte[] bytes = SampleFile.Bytes(1, (int)sample.Length);
        SampleFile.Rewrite(sample.Path, bytes);
        return bytes;
    }

    private static void AssertHas(MappedFile file, byte[] expected)
    {
        Assert.Equal(expected.Length, file.Length);
        for (int at = 0; at < expected.Length; at += Window)
        {
            using SpanLease lease = file.LeaseSpan(at, Math.Min(Window, expected.Length - at));
            Assert.True(lease.Span.SequenceEqual(expected.AsSpan(at, lease.Span.Length)),
                $"The bytes from {at} on are the new ones.");
        }
    }
}
