// The subject is the result of each overload of reading.
#pragma warning disable CA1835, CA2022

using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The stream of windows against a <see cref="FileStream"/>, and its use of regions.</summary>
public class MappedStreamTests : LeakCheckedTest
{
    private const int Overlap = 256;

    private static readonly CancellationToken s_canceled = new(canceled: true);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 256)]
    [InlineData(3, 4096)]
    [InlineData(4, 1)]
    public async Task RandomUseIsAsWithAFileStream(int seed, int overlap)
    {
        MappedFile file = OpenSample(ManagerOf(overlap), 4 * Granule + 123, out SampleFile sample);
        using Stream ours = file.OpenStream();
        await using var theirs =
            new FileStream(sample.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var random = new Random(seed);
        for (int step = 0; step < 3_000; step++)
        {
            int operation = random.Next(12);
            long number = random.Next(4) switch
            {
                0 => random.Next(-20, 20),
                1 => random.Next(-(int)file.Length, (int)file.Length + 100),
                2 => random.Next(5) * (long)Granule + random.Next(-2, 3),
                _ => random.Next(600),
            };
            string told = await Outcome(() => Do(ours, operation, number));
            string expected = await Outcome(() => Do(theirs, operation, number));
            if (told == expected && ours.Position == theirs.Position) continue;
            string what = $"Seed {seed}, step {step}, operation {operation} of {number}";
            Assert.Fail($"{what}: {told} at {ours.Position}; FileStream: {expected} at {theirs.Position}.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SingleBytesBackwardsAndAtRandomAreThoseOfTheFile(bool verify)
    {
        MapManager manager = ManagerOf(Overlap);
        using SampleFile sample = SampleFile.OfLength(3 * Granule + 7);
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map, Verify = verify });
        using Stream stream = file.OpenStream(5);
        for (long position = stream.Length - 1; position >= 0; position -= 97)
        {
            stream.Position = position;
            Assert.Equal(SampleFile.At(5 + position), stream.ReadByte());
            Assert.Equal(position + 1, stream.Position);
        }

        var random = new Random(3);
        for (int turn = 0; turn < 2_000; turn++)
        {
            stream.Position = random.NextInt64(stream.Length);
            Assert.Equal(SampleFile.At(5 + stream.Position), stream.ReadByte());
        }
    }

    [Fact]
    public void ASingleByteThatARefreshHasSeenGoIsNotReadFromTheWindowAtHand()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        MapManager manager = ManagerOf(Overlap);
        using SampleFile sample = SampleFile.OfLength(3 * Granule);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using Stream stream = file.OpenStream();
        Assert.Equal(SampleFile.At(0), stream.ReadByte());
        sample.TruncateTo(4096);
        file.Refresh();
        Assert.Equal(SampleFile.At(1), stream.ReadByte());
        // One in the window that was at hand, one in another.
        foreach (long gone in (long[])[4097, 8192])
        {
            stream.Position = gone;
            Assert.Throws<FileChangedException>(() => stream.ReadByte());
            Assert.Equal(gone, stream.Position);
        }
    }

    [Fact]
    public void ARangeIsAStreamOfItsOwn()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        using Stream stream = file.OpenStream(Granule - 10, 300);
        Assert.Equal(300, stream.Length);
        Assert.Equal(SampleFile.Bytes(Granule - 10, 300), Copied(stream));
        Assert.Equal(299, stream.Seek(-1, SeekOrigin.End));
        Assert.Equal(SampleFile.At(Granule + 289), stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void RangesOutsideTheFileAreRefused()
    {
        MappedFile file = OpenSample(1000, Overlap);
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => file.OpenStream(-1));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => file.OpenStream(1001));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.OpenStream(0, 1001));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.OpenStream(1000, 1));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.OpenStream(0, -1));
        using Stream empty = file.OpenStream(1000);
        Assert.Equal(-1, empty.ReadByte());
    }

    [Fact]
    public void AnEmptyFileIsAnEmptyStream()
    {
        using Stream stream = OpenBytes([]).OpenStream();
        Assert.Equal(0, stream.Length);
        Assert.Equal(0, stream.Read(new byte[1]));
        Assert.Empty(Copied(stream));
    }

    [Fact]
    public void PositionsBeyondFourGibibytes()
    {
        const long Edge = 1L << 32;
        using var sample = SampleFile.Sparse(Edge + (32 << 20), (Edge - 5000, 10_000));
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        using Stream stream = file.OpenStream();
        stream.Position = Edge - 5000;
        byte[] bytes = new byte[10_000];
        stream.ReadExactly(bytes);
        SampleFile.AssertBytes(bytes, Edge - 5000);
        Assert.Equal(Edge + 5000, stream.Position);
    }

    [Fact]
    public void NoPositionOverflows()
    {
        using Stream stream = OpenSample(1000, Overlap).OpenStream();
        stream.Position = long.MaxValue;
        Assert.Equal(0, stream.Read(new byte[10]));
        Assert.Equal(-1, stream.ReadByte());
        Assert.Throws<IOException>(() => stream.Seek(1, SeekOrigin.Current));
        Assert.Throws<IOException>(() => stream.Seek(long.MaxValue, SeekOrigin.End));
        Assert.Equal(long.MaxValue, stream.Position);
        Assert.Empty(Copied(stream));
    }

    [Fact]
    public async Task AsynchronousReadsCompleteAtOnceAndReuseTheirTask()
    {
        using Stream stream = OpenSample(4 * Granule, Overlap).OpenStream();
        byte[] bytes = new byte[1000];
        Task<int> first = stream.ReadAsync(bytes, 0, 1000, CancellationToken.None);
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Same(first, stream.ReadAsync(bytes, 0, 1000, CancellationToken.None));
        Assert.Equal(1000, await first);
        Task<int> shorter = stream.ReadAsync(bytes, 10, 7, CancellationToken.None);
        Assert.Equal(7, await shorter);
        SampleFile.AssertBytes(bytes.AsSpan(10, 7), 2000);
        Assert.Equal(1000, stream.ReadAsync(bytes.AsMemory(), CancellationToken.None).Now());
        SampleFile.AssertBytes(bytes, 2007);
    }

    [Fact]
    public async Task CanceledTokensAreHonoured()
    {
        using Stream stream = OpenSample(4 * Granule, Overlap).OpenStream();
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await stream.ReadAsync(new byte[10], s_canceled));
        await Assert.ThrowsAsync<TaskCanceledException>(async () =>
            await stream.ReadAsync(new byte[10].AsMemory(), s_canceled));
        await Assert.ThrowsAsync<TaskCanceledException>(() => stream.CopyToAsync(Stream.Null, s_canceled));
        await Assert.ThrowsAsync<TaskCanceledException>(() => stream.FlushAsync(s_canceled));
        Assert.Equal(0, stream.Position);
        await stream.FlushAsync(CancellationToken.None);
    }

    [Fact]
    public async Task OneRegionIsEnough()
    {
        MapManager manager = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = Overlap,
            MaxRegions = 1,
            OverBudget = OverBudget.Fail,
        });
        using Stream stream = OpenSample(manager, 3 * Granule, out _).OpenStream();
        stream.ReadByte();
        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        stream.Position = 0;
        stream.ReadExactly(new byte[3 * Granule]);
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        using Stream stream = OpenSample(2 * Granule, Overlap).OpenStream();
        byte[] bytes = new byte[100];
        stream.ReadExactly(bytes);
        stream.ReadByte();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            stream.Position = i;
            _ = stream.Read(bytes);
            _ = stream.ReadByte();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void OneRegionIsHeldUntilDisposal()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        Stream stream = file.OpenStream();
        Assert.Equal(0, LiveLeases);
        stream.ReadExactly(new byte[3 * Granule]);
        Assert.Equal(1, LiveLeases);
        file.Dispose();
        Assert.Equal(SampleFile.At(3 * Granule), stream.ReadByte());
        stream.Position = 0;
        Assert.Equal(SampleFile.At(0), stream.ReadByte());
        Assert.Equal(1, LiveLeases);
        stream.Dispose();
        stream.Dispose();
        Assert.Equal(0, LiveLeases);
    }

    [Fact]
    public async Task WritingIsRefused()
    {
        using Stream stream = OpenSample(1000, Overlap).OpenStream();
        Assert.True(stream.CanRead);
        Assert.True(stream.CanSeek);
        Assert.False(stream.CanWrite);
        Assert.False(stream.CanTimeout);
        Assert.Throws<NotSupportedException>(() => stream.Write([1]));
        Assert.Throws<NotSupportedException>(() => stream.Write(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            stream.WriteAsync(new byte[1], 0, 1, CancellationToken.None));
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
            await stream.WriteAsync(new byte[1].AsMemory(), CancellationToken.None));
        stream.Flush();
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task ADisposedStreamRefusesEverything()
    {
        Stream stream = OpenSample(1000, Overlap).OpenStream();
        stream.ReadByte();
        await stream.DisposeAsync();
        Assert.False(stream.CanRead);
        Assert.False(stream.CanSeek);
        Assert.False(stream.CanWrite);
        Action[] uses =
        [
            () => _ = stream.Length, () => _ = stream.Position, () => stream.Position = 1,
            () => stream.Seek(0, SeekOrigin.Begin),
            () => stream.ReadByte(), () => _ = stream.Read(new byte[1]),
            () => _ = stream.Read(new byte[1], 0, 1), () => _ = stream.Read([]),
            () => stream.CopyTo(Stream.Null), () => stream.Flush(), () => stream.SetLength(1),
            () => stream.Write([1]), () => stream.WriteByte(1),
        ];
        foreach (Action use in uses) Assert.Throws<ObjectDisposedException>(use);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await stream.ReadAsync(new byte[1], CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await stream.WriteAsync(new byte[1], CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            stream.CopyToAsync(Stream.Null, CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.FlushAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AFileThatShrankIsAnErrorAndNotAnEnd()
    {
        MappedFile file = OpenSample(ManagerOf(Overlap), 6 * Granule, out SampleFile sample);
        using Stream stream = file.OpenStream();
        stream.ReadByte();
        sample.TruncateTo(2 * Granule);
        stream.Position = 4 * Granule;
        Assert.Throws<FileChangedException>(() => stream.ReadByte());
        Assert.Throws<FileChangedException>(() => stream.Read(new byte[10]));
        await Assert.ThrowsAsync<FileChangedException>(async () =>
            await stream.ReadAsync(new byte[10], CancellationToken.None));
        await Assert.ThrowsAsync<FileChangedException>(() => stream.CopyToAsync(Stream.Null, CancellationToken.None));
        Assert.Equal(4 * Granule, stream.Position);
        file.Refresh();
        Assert.Throws<FileChangedException>(() => stream.ReadByte());
        await Assert.ThrowsAsync<FileChangedException>(() => stream.CopyToAsync(Stream.Null, CancellationToken.None));
        stream.Position = 10;
        Assert.Equal(SampleFile.At(10), stream.ReadByte());
    }

    private static byte[] Copied(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>One operation, and its visible result.</summary>
    private static async Task<string> Do(Stream stream, int operation, long number)
    {
        byte[] bytes = new byte[(int)Math.Min(Math.Abs(number), 3 * Granule)];
        switch (operation)
        {
            case 0: return $"{stream.Seek(number, SeekOrigin.Begin)}";
            case 1: return $"{stream.Seek(number, SeekOrigin.Current)}";
            case 2: return $"{stream.Seek(-number, SeekOrigin.End)}";
            case 3: return $"{stream.Position = number}";
            case 4: return $"{stream.ReadByte()}";
            case 5: return Hex(bytes, stream.Read(bytes));
            case 6: return Hex(bytes, stream.Read(bytes, bytes.Length / 3, bytes.Length - bytes.Length / 3));
            case 7: return Hex(bytes, await stream.ReadAsync(bytes));
            case 8: return Hex(bytes, await stream.ReadAsync(bytes.AsMemory(bytes.Length / 2)));
            case 9: return Hex(bytes, stream.ReadAtLeast(bytes, bytes.Length / 2, throwOnEndOfStream: false));
            case 10: stream.ReadExactly(bytes); return Hex(bytes, bytes.Length);
            default:
                var copy = new MemoryStream();
                if (number % 2 == 0) stream.CopyTo(copy);
                else await stream.CopyToAsync(copy);
                return Hex(copy.ToArray(), (int)copy.Length);
        }
    }

    private static string Hex(byte[] bytes, int read) => $"{read} {Convert.ToHexString(bytes)}";

    private static async Task<string> Outcome(Func<Task<string>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
