using Lucene.Net.Store;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;
using LuceneDirectory = Lucene.Net.Store.Directory;
using LuceneLock = Lucene.Net.Store.Lock;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Lucene's demands on a directory of files, and the budget that its reads use.</summary>
public sealed class MappedDirectoryTests : DirectoryTest
{
    private const string Name = "bytes";

    [Fact]
    public void TheSharedManagerServesWhoGivesNone()
    {
        using var byPath = new MappedDirectory(FolderPath);
        using var byFolder = new MappedDirectory(new DirectoryInfo(FolderPath));
        using MappedDirectory own = SmallWindows();

        Assert.Same(MapManager.Shared, byPath.Manager);
        Assert.Same(MapManager.Shared, byFolder.Manager);
        Assert.NotSame(MapManager.Shared, own.Manager);
    }

    [Fact]
    public void WhatIsWrittenIsListedReadCopiedAndDeleted()
    {
        byte[] bytes = SampleFile.Bytes(0, 3 * Granule);
        using LuceneDirectory directory = SmallWindows();
        Write(directory, bytes);
        directory.Sync([Name]);
        using var memory = new RAMDirectory();

        directory.Copy(memory, Name, "copy", IOContext.DEFAULT);
        memory.Copy(directory, "copy", "back", IOContext.DEFAULT);

        Assert.Equal(["back", Name], directory.ListAll().Order(StringComparer.Ordinal));
        Assert.Equal(bytes.Length, directory.FileLength("back"));
        using (IndexInput input = directory.OpenInput("back", IOContext.READ_ONCE)) AssertSample(input, 0, () => 1000);
        directory.DeleteFile("back");
        Assert.Equal([Name], directory.ListAll());
    }

    [Fact]
    public void AFileThatIsNotThereIsNamedAndNothingStaysOpenOfABadCall()
    {
        WriteSample(Name, 100);
        using MappedDirectory directory = SmallWindows();

        var thrown = Assert.Throws<FileNotFoundException>(() => directory.OpenInput("none", IOContext.READ));
        Assert.Contains(PathOf("none"), thrown.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => directory.CreateSlicer("none", IOContext.READ));
        Assert.Throws<ArgumentNullException>(() => directory.OpenInput(Name, null!));
        Assert.Throws<ArgumentNullException>(() => directory.CreateSlicer(Name, null!));
        Assert.Equal(0, directory.Manager.GetStatistics().OpenFiles);
    }

    [Fact]
    public void AClosedDirectoryOpensNothingButItsInputsReadOn()
    {
        WriteSample(Name, Granule);
        MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        directory.Dispose();

        Assert.Throws<ObjectDisposedException>(() => directory.OpenInput(Name, IOContext.READ));
        Assert.Throws<ObjectDisposedException>(() => directory.CreateSlicer(Name, IOContext.READ));
        AssertSample(input, 0, () => 1000);
    }

    [Fact]
    public void AfterTheManagersEndAnInputSaysSo()
    {
        WriteSample(Name, Granule);
        using MappedDirectory directory = SmallWindows();
        using IndexInput input = directory.OpenInput(Name, IOContext.READ);

        directory.Manager.Dispose();

        Assert.Throws<ObjectDisposedException>(() => input.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => directory.OpenInput(Name, IOContext.READ));
    }

    [Fact]
    public void AFileThatIsDeletedUnderItsReaderIsReadToItsEndBesideTheOneThatTakesItsName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete a file that is mapped.");
        const int Shift = 17;
        WriteSample(Name, 8 * Granule);
        using MappedDirectory directory = SmallWindows();
        using IndexInput old = directory.OpenInput(Name, IOContext.READ);
        old.ReadByte();

        directory.DeleteFile(Name);
        Write(directory, SampleFile.Bytes(Shift, 8 * Granule));
        using IndexInput now = directory.OpenInput(Name, IOContext.READ);

        AssertSample(now, Shift, () => 3000);
        AssertSample((IndexInput)old.Clone(), 1, () => 3000);
    }

    [Fact]
    public void TwoDirectoriesOverOneManagerShareTheWindowsOfAFile()
    {
        WriteSample(Name, 200_000);
        MapManager manager = ManagerOf(new MapManagerOptions());
        using var first = new MappedDirectory(FolderPath, null, manager);
        using var second = new MappedDirectory(FolderPath, null, manager);
        using IndexInput one = first.OpenInput(Name, IOContext.READ), other = second.OpenInput(Name, IOContext.READ);

        AssertSample(one, 0, () => 1000);
        AssertSample(other, 0, () => 1000);

        Assert.Equal(1, manager.GetStatistics().Maps);
    }

    [Fact]
    public void TheLockFactoryIsTheCallersAndOneOfFilesUnlessGiven()
    {
        using var given = new MappedDirectory(FolderPath, NoLockFactory.GetNoLockFactory());
        using MappedDirectory directory = SmallWindows(), second = SmallWindows();
        using LuceneLock held = directory.MakeLock("lock"), wanted = second.MakeLock("lock");

        Assert.Same(NoLockFactory.GetNoLockFactory(), given.LockFactory);
        Assert.True(held.Obtain());
        Assert.False(wanted.Obtain());
    }

    private static void Write(LuceneDirectory directory, byte[] bytes)
    {
        using IndexOutput output = directory.CreateOutput(Name, IOContext.DEFAULT);
        output.WriteBytes(bytes, bytes.Length);
    }
}
