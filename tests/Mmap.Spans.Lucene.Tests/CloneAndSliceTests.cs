using Lucene.Net.Store;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Clones and slices: their bytes, their common end, and their remains.</summary>
public sealed class CloneAndSliceTests : DirectoryTest
{
    private const string Name = "bytes";
    private static readonly int s_length = (6 * Granule) + 11;

    [Fact]
    public void ACloneBeginsWhereItsOriginalIsAndGoesItsOwnWay()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        input.Seek(100);
        input.ReadByte();

        var clone = (IndexInput)input.Clone();
        var ofClone = (IndexInput)clone.Clone();
        Assert.Equal(101, clone.Position);
        input.Seek(5000);
        AssertSample(clone, 101, () => 1000);
        Assert.Equal(101, ofClone.Position);
        Assert.Equal(SampleFile.At(101), ofClone.ReadByte());
        Assert.Equal(SampleFile.At(5000), input.ReadByte());
    }

    [Fact]
    public void ThreadsReadTheRightBytesThroughClonesOfOneInput()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        // It has a buffer now, which none of the clones may take for its own.
        Assert.Equal(SampleFile.At(0), input.ReadByte());

        TestThread.RunTogether(4, thread =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 300; i++)
            {
                var clone = (IndexInput)input.Clone();
                long from = random.Next(s_length);
                clone.Seek(from);
                AssertSample(clone, from, () => random.Next(1, 3000));
            }
        });
        Assert.Equal(SampleFile.At(1), input.ReadByte());
    }

    [Fact]
    public void ASliceIsItsRangeAndNothingElse()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        using LuceneDirectory.IndexInputSlicer slicer = directory.CreateSlicer(Name, IOContext.READ);
        var random = new Random(1);

        for (int i = 0; i < 300; i++)
        {
            int offset = random.Next(s_length + 1);
            int length = random.Next(s_length - offset + 1);
            using IndexInput slice = slicer.OpenSlice("a slice", offset, length);
            Assert.Equal(length, slice.Length);
            AssertSample(slice, offset, () => random.Next(1, 3000));
            foreach (Action read in MappedIndexInputTests.Reads(slice)) Assert.Throws<EndOfStreamException>(read);
            Assert.Throws<ArgumentOutOfRangeException>(() => slice.Seek(-1));

            int from = random.Next(length + 1);
            slice.Seek(from);
            AssertSample((IndexInput)slice.Clone(), offset + from, () => 700);
        }

#pragma warning disable CS0618 // Lucene still calls it for the compound files of old indexes.
        using IndexInput all = slicer.OpenFullSlice();
#pragma warning restore CS0618
        AssertSample(all, 0, () => 2000);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 101)]
    [InlineData(101, 0)]
    [InlineData(1, 100)]
    [InlineData(1, long.MaxValue)]
    public void ASliceOutsideTheFileIsRefused(long offset, long length)
    {
        WriteSample(Name, 100);
        using MappedDirectory directory = SmallWindows();
        using LuceneDirectory.IndexInputSlicer slicer = directory.CreateSlicer(Name, IOContext.READ);

        var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => slicer.OpenSlice("a slice", offset, length));
        Assert.Contains(PathOf(Name), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClosingTheOriginalClosesAllClonesAlsoForBytesThatTheyHaveCopied()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        IndexInput input = directory.OpenInput(Name, IOContext.READ);
        IndexInput[] all = [input, (IndexInput)input.Clone(), (IndexInput)((IndexInput)input.Clone()).Clone()];
        foreach (IndexInput each in all) each.ReadByte();

        input.Dispose();
        input.Dispose();

        foreach (IndexInput each in all) AssertClosed(each);
        Assert.Equal(0, directory.Manager.GetStatistics().OpenFiles);
    }

    [Fact]
    public void ClosingACloneClosesNothingElse()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        var clone = (IndexInput)input.Clone();
        var ofClone = (IndexInput)clone.Clone();

        clone.Dispose();

        AssertClosed(clone);
        AssertSample(ofClone, 0, () => 1000);
        AssertSample(input, 0, () => 1000);
    }

    [Fact]
    public void ClosingTheSlicerClosesItsSlicesAndTheirClones()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        LuceneDirectory.IndexInputSlicer slicer = directory.CreateSlicer(Name, IOContext.READ);
        IndexInput first = slicer.OpenSlice("first", 0, 100), second = slicer.OpenSlice("second", 100, 100);
        var clone = (IndexInput)second.Clone();
        foreach (IndexInput each in (IndexInput[])[first, second, clone]) each.ReadByte();

        first.Dispose();
        AssertClosed(first);
        Assert.Equal(SampleFile.At(101), second.ReadByte());
        slicer.Dispose();
        slicer.Dispose();

        AssertClosed(second);
        AssertClosed(clone);
        Assert.Throws<ObjectDisposedException>(() => slicer.OpenSlice("third", 0, 1));
    }

    [Fact]
    public void ClonesThatNobodyDisposesPinNothing()
    {
        WriteSample(Name, s_length);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);
        List<IndexInput> forgotten = [];

        for (int i = 0; i < 1000; i++)
        {
            var clone = (IndexInput)input.Clone();
            clone.Seek(i * 23 % s_length);
            Assert.Equal(SampleFile.At(clone.Position), clone.ReadByte());
            forgotten.Add(clone);
        }

        MapStatistics now = directory.Manager.GetStatistics();
        Assert.Equal(0, now.LiveHeapLeases);
        Assert.InRange(now.PeakMappedBytes, 1, directory.Manager.Options.MaxMappedBytes);
        directory.Manager.Trim();
        Assert.Equal(0, directory.Manager.GetStatistics().MappedBytes);
        Assert.All(forgotten, clone => clone.ReadByte());
    }

    private static void AssertClosed(IndexInput input)
    {
        foreach (Action read in MappedIndexInputTests.Reads(input)) Assert.Throws<ObjectDisposedException>(read);
        Assert.Throws<ObjectDisposedException>(() => input.Seek(0));
        Assert.Throws<ObjectDisposedException>(() => input.Clone());
    }
}
