using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>A file grows, shrinks, is replaced or deleted while it is open: each has its answer, under every
/// backing.</summary>
public class ChangeTests
{
    private const int Window = 64 << 10;
    private const int Overlap = 4 << 10;
    private const int Length = 5 * Window + 1234;

    public static TheoryData<Backing, bool> Ways => new()
    {
        { Backing.Map, false }, { Backing.Map, true }, { Backing.Copy, false }, { Backing.Copy, true },
            { Backing.Auto, false }, { Backing.Auto, true },
    };

    [Theory, MemberData(nameof(Ways))]
    public void WhatIsAppendedShowsAfterARefreshAndOldLeasesStay(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using MemoryLease tail = file.LeaseMemory(Length - 1000, 1000);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(Length - 10));
        Assert.Equal(10, cursor.Length);

        sample.GrowTo(Length + Window);
        Assert.Equal(Length, file.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(Length, 1));
        SampleFile.AssertBytes(cursor.Span, Length - 10);

        Assert.Equal(FileChange.Grown, file.Refresh());
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        Assert.Equal(Length + Window, file.Length);
        SampleFile.AssertBytes(tail.Span, Length - 1000);

        // The last, short region was released: its window is loaded anew, longer.
        using MemoryLease across = file.LeaseMemory(Length - 1000, 2000);
        SampleFile.AssertBytes(across.Span, Length - 1000);
        Assert.True(cursor.MoveTo(Length - 10));
        Assert.True(cursor.Length > 10);
        SampleFile.AssertBytes(cursor.Span, Length - 10);
        using SequenceLease all = file.LeaseSequence(0, Length + Window);
        long offset = 0;
        foreach (ReadOnlyMemory<byte> part in all.Sequence)
        {
            SampleFile.AssertBytes(part.Span, offset);
            offset += part.Length;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void ANewOpenSeesTheNewLengthAndSoDoTheOthers(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        var options = new MappedFileOptions { Backing = backing, Verify = verify };
        using MappedFile first = manager.Open(sample.Path, options);
        sample.GrowTo(Length + 1);
        using MappedFile second = manager.Open(sample.Path, options);
        Assert.Equal(Length + 1, second.Length);
        Assert.Equal(Length + 1, first.Length);
    }

    [Theory, MemberData(nameof(Ways))]
    public void ARangeThatIsGoneIsRefusedWhenItsRegionIsLoaded(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using WindowCursor cursor = file.CreateCursor();
        sample.TruncateTo(Window);

        foreach (long gone in (long[])[Window, 2 * Window + 5, Length - 1])
        {
            FileChangedException e = Assert.Throws<FileChangedException>(() => file.LeaseMemory(gone, 1));
            Assert.Contains(sample.Path, e.Message);
            Assert.Contains($"{Window} bytes", e.Message);
            Assert.Throws<FileChangedException>(() => file.LeaseSpan(gone, 1).Dispose());
            Assert.Throws<FileChangedException>(() => file.LeaseSequence(Window - 10, gone - Window + 11));
            Assert.Throws<FileChangedException>(() => cursor.MoveTo(gone));
        }

        // A range that begins before the end and reaches past it; an exact one, longer than the overlap, as well.
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(Window - 10, 20));
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(Window - 10, 2 * Window));
        using (MemoryLease left = file.LeaseMemory(Window - 10, 10)) SampleFile.AssertBytes(left.Span, Window - 10);

        Assert.Equal(FileChange.Shrunk, file.Refresh());
        Assert.Equal(Window, file.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(Window, 1));
        Assert.False(cursor.MoveTo(Window));
        // The refresh drops copies of a file that was written to.
        Assert.Equal(backing == Backing.Copy ? 0 : 1, manager.GetStatistics().Regions);
    }

    [Fact]
    public void VerifyRefusesARangeThatIsGoneAThousandTimesOfAThousand()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map, Verify = true });
        using WindowCursor cursor = file.CreateCursor();
        var random = new Random(23);
        int refused = 0;
        for (int turn = 0; turn < 1000; turn++)
        {
            // In memory before the truncation, so that only the check can find it.
            int offset = random.Next(Length - 1);
            int length = random.Next(1, Math.Min(Length - offset, 2 * Window));
            file.LeaseSpan(offset, length).Dispose();
            int cut = random.Next(offset + length);
            sample.TruncateTo(cut);
            try
            {
                switch (turn % 4)
                {
                    case 0: file.LeaseSpan(offset, length).Dispose(); break;
                    case 1: file.LeaseMemory(offset, length).Dispose(); break;
                    case 2: file.LeaseSequence(offset, length).Dispose(); break;
                    default:
                        for (long at = offset; at < offset + length; at = cursor.End)
                            cursor.MoveTo(at, offset + length - at);
                        break;
                }
            }
            catch (FileChangedException)
            {
                refused++;
            }

            // Whole again; the regions loaded while it was short are released.
            sample.GrowTo(Length);
            file.Refresh();
        }

        Assert.Equal(1000, refused);
    }

    /// <summary>Mapped while it was short, whole again by the time it is asked for: neither is the caller's
    /// mistake.</summary>
    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Auto)]
    public void AFileThatIsCutAndGrowsAgainGivesALeaseOrSaysThatItChanged(Backing backing)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        const int Whole = 1 << 20, Cut = 220_000;
        using SampleFile sample = SampleFile.OfLength(Whole);
        var options = new MapManagerOptions { WindowSize = 128 << 10, Overlap = 4096, MaxMappedBytes = 128 << 10 };
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        bool done = false;
        TestThread cutter = TestThread.Start(() =>
        {
            const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;
            using SafeFileHandle handle = File.OpenHandle(sample.Path, FileMode.Open, FileAccess.ReadWrite, Anybody);
            while (!Volatile.Read(ref done))
            {
                RandomAccess.SetLength(handle, Cut);
                RandomAccess.SetLength(handle, Whole);
            }
        });
        int changed = 0;
        for (int i = 0; i < 20_000 || (changed == 0 && i < 2_000_000); i++)
        {
            try
            {
                file.LeaseMemory(200_000 + (i & 3) * 150_000, 40_000).Dispose();
            }
            catch (FileChangedException)
            {
                changed++;
            }
        }

        Volatile.Write(ref done, true);
        cutter.Join();
        Assert.InRange(changed, 1, int.MaxValue);
        Assert.Equal(0, manager.GetStatistics().FallbacksToCopy);
    }

    [Theory, MemberData(nameof(Ways))]
    public void AWindowOfWhenTheFileWasShortIsLoadedAnewWhenItIsWhole(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using WindowCursor cursor = file.CreateCursor();
        using Stream stream = file.OpenStream(40_000);
        sample.TruncateTo(20_000);
        using MemoryLease before = file.LeaseMemory(0, 1000);
        foreach (int length in (int[])[20_000, 30_000])
        {
            sample.GrowTo(length);
            FileChangedException e = Assert.Throws<FileChangedException>(() => file.LeaseMemory(40_000, 10));
            Assert.Contains($"{length} bytes", e.Message);
        }

        sample.GrowTo(Length);
        // A new copy does not fit an older one: a caller that neither verifies nor refreshes gets an exception.
        bool looksFirst = backing == Backing.Copy && !verify;
        if (looksFirst)
        {
            Assert.Throws<FileChangedException>(() => file.LeaseMemory(40_000, 10).Dispose());
            Assert.Equal(FileChange.Rewritten, file.Refresh());
        }

        using (MemoryLease after = file.LeaseMemory(40_000, 10)) SampleFile.AssertBytes(after.Span, 40_000);
        Assert.True(cursor.MoveTo(40_000));
        SampleFile.AssertBytes(cursor.Span, 40_000);
        Assert.Equal(SampleFile.At(40_000), (byte)stream.ReadByte());
        SampleFile.AssertBytes(before.Span, 0);
        Assert.Equal(looksFirst ? FileChange.Unchanged : FileChange.Rewritten, file.Refresh());
        Assert.Equal(FileChange.Unchanged, file.Refresh());
    }

    [Fact]
    public void ACopyThatIsLeasedOutlivesTheBytesItWasMadeOf()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        using SequenceLease all = file.LeaseSequence(0, Length);
        using MemoryLease exact = file.LeaseMemory(10, 3 * Window);
        using SpanLease span = file.LeaseSpan(Length - 50, 50);
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(2 * Window);
        sample.TruncateTo(0);
        Assert.Equal(FileChange.Shrunk, file.Refresh());

        long offset = 0;
        foreach (ReadOnlyMemory<byte> part in all.Sequence)
        {
            SampleFile.AssertBytes(part.Span, offset);
            offset += part.Length;
        }

        SampleFile.AssertBytes(exact.Span, 10);
        SampleFile.AssertBytes(span.Span, Length - 50);
        SampleFile.AssertBytes(cursor.Span, 2 * Window);
    }

    [Theory, MemberData(nameof(Ways))]
    public void AReplacedFileKeepsItsOldBytesAndANewOpenHasTheNewOnes(Backing backing, bool verify)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be replaced by rename.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        var options = new MappedFileOptions { Backing = backing, Verify = verify };
        using MappedFile old = manager.Open(sample.Path, options);
        using MemoryLease before = old.LeaseMemory(0, 100);

        File.WriteAllBytes(sample.Path + ".new", new byte[Length]);
        File.Move(sample.Path + ".new", sample.Path, overwrite: true);
        Assert.Equal(FileChange.Replaced, old.Refresh());
        Assert.Equal(FileChange.Replaced, old.Refresh());

        using MappedFile young = manager.Open(sample.Path, options);
        Assert.Equal(FileChange.Unchanged, young.Refresh());
        for (long offset = 0; offset < Length; offset += Window)
        {
            using MemoryLease oldBytes = old.LeaseMemory(offset, 100);
            using MemoryLease youngBytes = young.LeaseMemory(offset, 100);
            SampleFile.AssertBytes(oldBytes.Span, offset);
            Assert.False(youngBytes.Span.ContainsAnyExcept((byte)0));
        }

        SampleFile.AssertBytes(before.Span, 0);
        Assert.Equal(2, manager.GetStatistics().OpenFiles);
    }

    [Theory, MemberData(nameof(Ways))]
    public void ADeletedFileWorksUntilItIsDisposed(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using MemoryLease before = file.LeaseMemory(0, 100);
        File.Delete(sample.Path);
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        using SequenceLease all = file.LeaseSequence(0, Length);
        Assert.Equal(Length, all.Sequence.Length);
        SampleFile.AssertBytes(all.Sequence.FirstSpan, 0);
        byte[] copy = new byte[100];
        Assert.Equal(100, file.Read(Length - 100, copy));
        SampleFile.AssertBytes(copy, Length - 100);
        // On Windows a deleted file keeps its name until all who have it open have closed it.
        if (!OperatingSystem.IsWindows()) Assert.Throws<FileNotFoundException>(() => manager.Open(sample.Path));
    }

    [Fact]
    public async Task LoadingARangeThatIsGoneSaysSoAndAHintSaysNothing()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = NewManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        await file.LoadAsync(0, Length);
        sample.TruncateTo(100);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells of mapped pages that are gone.");
        using var events = new EventLog(sample.Path);
        FileChangedException e =
            await Assert.ThrowsAsync<FileChangedException>(async () => await file.LoadAsync(0, Length));
        Assert.Contains("has become shorter", e.Message);
        Assert.Equal(e.Message, events.Single("FileChanged").Payload["what"]);
        file.Prefetch(0, Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AShortRegionOfAFileWhoseLengthCannotBeAskedAnyMoreLeavesNoPin(bool partly)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = Overlap })
            {
                WrapBacking = inner =>
                new ShortAndSilent(inner)
            };
        using MappedFile file = manager.Open(sample.Path);
        using WindowCursor cursor = file.CreateCursor();
#pragma warning disable MMS001 // It throws.
        Action use = partly ? () => cursor.MoveTo(Window - 1) : () => file.LeaseMemory(Window - 10, 10);
#pragma warning restore MMS001
        Assert.Equal("silent", Assert.Throws<IOException>(use).Message);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, manager.Trim());
    }

    /// <summary>Loads half of the requested bytes, and does not report the length.</summary>
    private sealed class ShortAndSilent(IBacking inner) : IBacking
    {
        public long Length => throw new IOException("silent");

        public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

        public RegionMemory Load(long offset, int length) => inner.Load(offset, length / 2);

        public int Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

        public bool TryReadAhead(long offset, long length) => false;

        public bool TryUnload(in RegionMemory memory) => inner.TryUnload(memory);
    }

    private static MapManager NewManager() => new(new MapManagerOptions { WindowSize = Window, Overlap = Overlap });
}
