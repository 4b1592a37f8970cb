using Lucene.Net.Store;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Lucene's demands on an input: its bytes, numbers, positions and end.</summary>
public sealed class MappedIndexInputTests : DirectoryTest
{
    private const string Name = "bytes";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(257)]
    [InlineData(4096)]
    public void BytesAreTheFilesInWhateverPiecesTheyAreRead(int overlap)
    {
        WriteSample(Name, (20 * Granule) + 13);
        using MappedDirectory directory = SmallWindows(overlap);
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        var random = new Random(overlap);

        foreach (int most in (ReadOnlySpan<int>)[2, 100, 1024, 1025, 3 * Granule])
        {
            long from = random.Next(Granule);
            input.Seek(from);
            AssertSample(input, from, () => random.Next(1, most + 1));
        }
    }

    [Fact]
    public void BytesAreTheFilesInOneWindow()
    {
        WriteSample(Name, (5 * Granule) + 13);
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile });
        using var directory = new MappedDirectory(FolderPath, null, manager);
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        AssertSample(input, 0, () => 4 * Granule);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void ALongReadOverManyEdgesMapsNothingButTheWindows(int overlap)
    {
        const int Windows = 10;
        WriteSample(Name, Windows * Granule);
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = overlap });
        using var directory = new MappedDirectory(FolderPath, null, manager);
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        // A range of its own would be mapped anew each time; a window stays.
        for (int time = 0; time < 3; time++)
        {
            input.Seek(100);
            AssertSample(input, 100, () => Windows * Granule);
        }

        Assert.InRange(manager.GetStatistics().Maps, 1, Windows);
    }

    [Fact]
    public void NumbersAndTextsAreReadBackAcrossEveryEdge()
    {
        using MappedDirectory directory = SmallWindows();
        // Each padding puts other numbers on the edges of buffers, which are a kibibyte apart, and on those of windows.
        for (int padding = 0; padding < 12; padding++)
        {
            string name = $"numbers{padding}";
            List<(long Position, Value Value)> written = [];
            using (IndexOutput output = directory.CreateOutput(name, IOContext.DEFAULT))
            {
                var random = new Random(padding);
                output.WriteBytes(new byte[padding], padding);
                while (output.Position < 3 * Granule)
                {
                    Value value = Value.Next(random);
                    written.Add((output.Position, value));
                    value.Write(output);
                }
            }

            using IndexInput input = directory.OpenInput(name, IOContext.READ);
            input.Seek(padding);
            foreach ((long position, Value value) in written)
            {
                Assert.Equal(position, input.Position);
                value.AssertRead(input);
            }

            Assert.Equal(input.Length, input.Position);
            foreach ((long position, Value value) in written.OrderBy(each => each.Position * 2_654_435_761L % 65_521))
            {
                input.Seek(position);
                value.AssertRead(input);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void ANumberWithTooManyGroupsIsRefusedAsLuceneRefusesIt(int after)
    {
        File.WriteAllBytes(PathOf(Name), [.. Enumerable.Repeat((byte)0xFF, 10), .. new byte[after]]);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        var thrown = Assert.Throws<IOException>(() => input.ReadVInt32());
        Assert.Contains("Invalid VInt32", thrown.Message, StringComparison.Ordinal);
        input.Seek(0);
        thrown = Assert.Throws<IOException>(() => input.ReadVInt64());
        Assert.Contains("Invalid VInt64", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AtTheEndEveryReadThrowsAndThePositionStaysInside()
    {
        int length = (2 * Granule) + 5;
        WriteSample(Name, length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        byte[] room = new byte[length + 1];

        foreach (Action read in Reads(input))
        {
            input.Seek(length);
            Assert.Throws<EndOfStreamException>(read);
            Assert.Equal(length, input.Position);
        }

        input.Seek(length - 3);
        Assert.Throws<EndOfStreamException>(() => input.ReadBytes(room, 0, 4));
        Assert.Throws<EndOfStreamException>(() => input.SkipBytes(4));
        Assert.Equal(length - 3, input.Position);
        Assert.Throws<EndOfStreamException>(() => input.ReadInt32());
        input.Seek(0);
        Assert.Throws<EndOfStreamException>(() => input.ReadBytes(room, 0, room.Length));
        input.ReadBytes(room, 0, length);
        SampleFile.AssertBytes(room.AsSpan(0, length), 0);
    }

    [Fact]
    public void ASeekPastTheEndIsFoundOutByTheReadAndOneBeforeTheStartAtOnce()
    {
        WriteSample(Name, Granule);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        foreach (long position in (ReadOnlySpan<long>)[Granule + 1, long.MaxValue])
        {
            input.Seek(position);
            foreach (Action read in Reads(input)) Assert.Throws<EndOfStreamException>(read);
        }

        input.Seek(7);
        Assert.Throws<ArgumentOutOfRangeException>(() => input.Seek(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => input.SkipBytes(-1));
        Assert.Equal(7, input.Position);
        Assert.Equal(SampleFile.At(7), input.ReadByte());
    }

    [Fact]
    public void SeeksAndSkipsFindTheirBytes()
    {
        int length = (9 * Granule) + 77;
        WriteSample(Name, length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        var random = new Random(1);

        for (int i = 0; i < 20_000; i++)
        {
            // Near the last position as often as far from it: inside the buffer, at its edges, and elsewhere.
            long near = Math.Clamp(input.Position + random.Next(-1100, 1100), 0, length - 1);
            long at = random.Next(2) == 0 ? random.Next(length) : near;
            if (at >= input.Position && random.Next(2) == 0)
                input.SkipBytes(at - input.Position);
            else
                input.Seek(at);
            Assert.Equal(at, input.Position);
            byte[] one = new byte[1];
            if (random.Next(2) == 0) one[0] = input.ReadByte();
            else input.ReadBytes(one, 0, 1);
            Assert.Equal(SampleFile.At(at), one[0]);
            Assert.Equal(at + 1, input.Position);
        }
    }

    [Fact]
    public void AnEmptyFileHasNothing()
    {
        WriteSample(Name, 0);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        Assert.Equal(0, input.Length);
        input.Seek(0);
        input.ReadBytes([], 0, 0);
        Assert.Throws<EndOfStreamException>(() => input.ReadByte());
    }

    [Fact]
    public void AFileThatOthersHaveCutThrowsAndEndsNoProcess()
    {
        const int Length = 1 << 20, Left = 200_000;
        using SampleFile sample = SampleFile.OfLength(Length);
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = 65_536, Overlap = 0 });
        using var directory = new MappedDirectory(Path.GetDirectoryName(sample.Path)!, null, manager);
        string name = Path.GetFileName(sample.Path);
        using IndexInput input = directory.OpenInput(name, IOContext.READ);
        using IndexInput reading = directory.OpenInput(name, IOContext.READ);
        reading.Seek(Left);
        reading.ReadByte();

        sample.TruncateTo(Left);
        using IndexInput other = directory.OpenInput(name, IOContext.READ);

        Assert.Equal(Left, other.Length);
        input.Seek(Left + 1);
        var thrown = Assert.Throws<EndOfStreamException>(() => input.ReadByte());
        Assert.Contains($"{Length}", thrown.Message, StringComparison.Ordinal);
        input.Seek(Left - 1000);
        byte[] bytes = new byte[100];
        Assert.Throws<EndOfStreamException>(() => input.ReadByte());

        // The bytes copied before are given; the failed read leaves no stale byte for a second one.
        byte[] copied = new byte[BufferedIndexInput.BUFFER_SIZE - 1];
        reading.ReadBytes(copied, 0, copied.Length);
        SampleFile.AssertBytes(copied, Left + 1);
        for (int time = 0; time < 2; time++) Assert.Throws<EndOfStreamException>(() => reading.ReadByte());
        Assert.Equal(Left + BufferedIndexInput.BUFFER_SIZE, reading.Position);
        other.Seek(Left - 100);
        other.ReadBytes(bytes, 0, bytes.Length);
        SampleFile.AssertBytes(bytes, Left - 100);
    }

    /// <summary>Every way to read at least one byte.</summary>
    internal static Action[] Reads(IndexInput input) =>
    [
        () => input.ReadByte(), () => input.ReadBytes(new byte[1], 0, 1),
        () => input.ReadBytes(new byte[5000], 0, 5000),
        () => input.ReadInt16(), () => input.ReadInt32(), () => input.ReadInt64(), () => input.ReadVInt32(),
        () => input.ReadVInt64(), () => input.ReadString(), () => input.SkipBytes(1),
    ];
}
