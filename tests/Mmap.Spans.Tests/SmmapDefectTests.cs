using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The defects of smmap 5.0.2 that were reproduced, each with a test that would catch it here.</summary>
public sealed class SmmapDefectTests : IDisposable
{
    private const int Step = StampedFile.Step;
    private static readonly int s_window = SystemLimits.AllocationGranularity;

    private readonly SampleFile _sample = SampleFile.OfLength(8L * s_window);
    private readonly MapManager _manager = new(new MapManagerOptions { WindowSize = s_window, Overlap = 0 });

    [Fact]
    public void Defect01_TheMostRecentlyUsedWindowIsNotTheOneThatGoes()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 12);
        // Many uses, but long ago, must not count more than one use just now.
        for (int turn = 0; turn < 20; turn++) file.Use(0);
        file.Use(1, 2, 3, 1, 2, 3);
        file.Use(4);
        file.Use(1, 2, 3);
        file.Use(5);
        Assert.DoesNotContain(0, file.Windows);
        Assert.Contains(5, file.Windows);
    }

    [Fact]
    public void Defect02_ADuplicatedCursorMovesOn()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(0);
        using WindowCursor clone = cursor.Clone();
        Assert.True(clone.MoveTo(3L * s_window));
        SampleFile.AssertBytes(clone.Span, 3L * s_window);
        SampleFile.AssertBytes(cursor.Span, 0);
    }

    [Fact]
    public void Defect03_ABuffersOffsetCountsInEveryIndex()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(10);
        Assert.Equal(SampleFile.At(10), buffer[0]);
        Assert.Equal(SampleFile.At(_sample.Length - 1), buffer[buffer.Length - 1]);
        using MappedBuffer slice = buffer.Slice(s_window, 5);
        Assert.Equal(SampleFile.At(s_window + 10), slice[0]);
        Assert.Equal(SampleFile.At(s_window + 14), slice[4]);
    }

    [Fact]
    public void Defect04_AWindowIsNeverLongerThanItSaysNorElsewhere()
    {
        using MappedFile file = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        file.LeaseMemory(2L * s_window, 1).Dispose();
        Mmap.Spans.Regions.Region region = Assert.Single(file.Directory.Snapshot());
        Assert.Equal(new FileRange(2L * s_window, s_window), region.Range);
        Assert.Equal(s_window, _manager.GetStatistics().MappedBytes);
    }

    [Fact]
    public void Defect05_CollectingUnderALeaseLeavesRegionAndCountersWhole()
    {
        using MappedFile file = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        MemoryLease lease = file.LeaseMemory(0, 100);
        ReadOnlyMemory<byte> exported = lease.Memory;
        Assert.Equal(0, _manager.Trim());
        SampleFile.AssertBytes(exported.Span, 0);
        Assert.Equal((s_window, 1), (_manager.GetStatistics().MappedBytes, _manager.GetStatistics().Regions));
        lease.Dispose();
        Assert.Equal(1, _manager.Trim());
        Assert.Equal((0, 0), (_manager.GetStatistics().MappedBytes, _manager.GetStatistics().Regions));
    }

    [Fact]
    public void Defect06_AGrownFileIsSeenByANewOpen()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        _manager.Open(sample.Path).Dispose();
        sample.GrowTo(5000);
        using MappedFile file = _manager.Open(sample.Path);
        Assert.Equal(5000, file.Length);
        using MemoryLease lease = file.LeaseMemory(100, 4900);
        SampleFile.AssertBytes(lease.Span, 100);
    }

    [Fact]
    public void Defect07_OldAndNewBytesOfAReplacedFileAreNeverMixed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Renaming over an open file is refused elsewhere.");
        using MappedFile old = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        old.LeaseMemory(0, 10).Dispose();
        string next = SampleFile.NewPath();
        File.WriteAllBytes(next, [.. Enumerable.Repeat((byte)7, 8 * s_window)]);
        File.Move(next, _sample.Path, overwrite: true);
        using MappedFile fresh = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        for (long offset = 0; offset < _sample.Length; offset += s_window)
        {
            using SpanLease before = old.LeaseSpan(offset, 100), after = fresh.LeaseSpan(offset, 100);
            SampleFile.AssertBytes(before.Span, offset);
            Assert.False(after.Span.ContainsAnyExcept((byte)7));
        }

        // Also when the handle was given up in between: the name leads to another file now.
        _manager.Release(_sample.Path);
        Assert.Throws<FileChangedException>(() => old.LeaseMemory(0, 10));
    }

    [Fact]
    public void Defect08_NegativeOffsetsAndLengthsAreRefused()
    {
        using MappedFile file = _manager.Open(_sample.Path);
#pragma warning disable MMS001 // A cursor that has not moved pins nothing.
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateCursor().MoveTo(-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateCursor().MoveTo(0, -5));
#pragma warning restore MMS001
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateBuffer(0, -5));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(-5, 5));
    }

    [Fact]
    public void Defect09_AnEmptySliceIsEmptyAndOnePastTheEndIsRefused()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        Assert.Empty(buffer.ToArray(0, 0));
        using MappedBuffer empty = buffer.Slice(0, 0);
        Assert.Equal(0, empty.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.ToArray(buffer.Length - 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[buffer.Length]);
    }

    [Fact]
    public void Defect10_ARangeHasOneTypeAndOneLifetimeInsideAWindowAndAcross()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        foreach (long offset in (long[])[10, s_window - 10])
        {
            MemoryLease lease = file.LeaseMemory(offset, 100);
            ReadOnlyMemory<byte> memory = lease.Memory;
            SampleFile.AssertBytes(memory.Span, offset);
            lease.Dispose();
            Assert.Throws<ObjectDisposedException>(() => _ = memory.Span);
        }
    }

    [Fact]
    public void Defect11_AtTheCapJustEnoughGoesAndTheErrorNamesLimitAndHolder()
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0, MaxRegions = 3 });
        using MappedFile file = manager.Open(_sample.Path, new() { Backing = Backing.Map });
        for (int window = 0; window < 8; window++)
        {
            file.LeaseMemory((long)window * s_window, 1).Dispose();
            Assert.Equal(Math.Min(window + 1, 3), manager.GetStatistics().Regions);
        }

        using MemoryLease first = file.LeaseMemory(0, 1), second = file.LeaseMemory(s_window, 1), third = file.LeaseMemory(2L * s_window, 1);
        string message = Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(3L * s_window, 1)).Message;
        Assert.Contains("3 of 3 regions", message, StringComparison.Ordinal);
        Assert.Contains(_sample.Path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defect12_AFileCostsOneHandleHoweverManyRegionsItHas()
    {
        using MappedFile file = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        using SequenceLease all = file.LeaseSequence(0, file.Length);
        Assert.Equal((8, 1), (_manager.GetStatistics().Regions, _manager.GetStatistics().OpenHandles));
        if (OperatingSystem.IsLinux())
            Assert.Single(Directory.EnumerateFiles("/proc/self/fd"), link => new FileInfo(link).LinkTarget == _sample.Path);
    }

    [Fact]
    public void Defect13_ARequestAcrossAWindowsEdgeIsServedWhole()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        using MemoryLease lease = file.LeaseMemory(s_window - 3, 100), longer = file.LeaseMemory(5, 3 * s_window);
        Assert.Equal((100, 3 * s_window), (lease.Length, longer.Length));
        SampleFile.AssertBytes(lease.Span, s_window - 3);
        SampleFile.AssertBytes(longer.Span, 5);
    }

    [Fact]
    public void Defect14_ReleasingAPathUnderALeaseLeavesTheFileUsable()
    {
        using MappedFile file = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        using MemoryLease held = file.LeaseMemory(0, 10);
        _manager.Release(_sample.Path);
        SampleFile.AssertBytes(held.Span, 0);
        using MemoryLease again = file.LeaseMemory(0, 10);
        SampleFile.AssertBytes(again.Span, 0);
        held.Dispose();
        Assert.Equal((s_window, 1), (_manager.GetStatistics().MappedBytes, _manager.GetStatistics().Regions));
    }

    [Fact]
    public void Defect15_ClosingOneOfTwoOpenersLeavesTheOtherItsRegions()
    {
        MappedFile first = _manager.Open(_sample.Path), second = _manager.Open(_sample.Path);
        first.Dispose();
        second.LeaseMemory(0, 10).Dispose();
        Assert.Equal((1, 1), (_manager.GetStatistics().OpenFiles, _manager.GetStatistics().Regions));
        using (MappedFile third = _manager.Open(_sample.Path)) third.LeaseMemory(0, 10).Dispose();
        Assert.Equal(1, _manager.GetStatistics().Maps);
        Assert.Equal(1, _manager.Trim());
        second.Dispose();
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void Defect16_TheHandleLimitHoldsForWholeFilesToo()
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile, MaxOpenHandles = 2 });
        SampleFile[] samples = [.. Enumerable.Range(1, 5).Select(number => SampleFile.OfLength(number * 1000))];
        MappedFile[] files = [.. samples.Select(sample => manager.Open(sample.Path))];
        for (int turn = 0; turn < 3; turn++)
        {
            foreach (MappedFile file in files)
            {
                using MemoryLease lease = file.LeaseMemory(0, 100);
                SampleFile.AssertBytes(lease.Span, 0);
                Assert.InRange(manager.GetStatistics().OpenHandles, 0, 2);
                manager.Trim();
            }
        }

        foreach (MappedFile file in files) file.Dispose();
        foreach (SampleFile sample in samples) sample.Dispose();
        AtRest.AssertNothingHeld(manager);
    }

    [Fact]
    public void Defect17_WhatIsChargedIsWhatIsMappedNotWhatWasAskedFor()
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile, MaxMappedBytes = 10L * s_window });
        using SampleFile other = SampleFile.OfLength(8L * s_window);
        using MappedFile first = manager.Open(_sample.Path, new() { Backing = Backing.Map }), second = manager.Open(other.Path, new() { Backing = Backing.Map });
        first.LeaseMemory(0, 10).Dispose();
        second.LeaseMemory(0, 10).Dispose();
        Assert.Equal(8L * s_window, manager.GetStatistics().MappedBytes);
        Assert.Equal(8L * s_window, manager.GetStatistics().PeakMappedBytes);
        Assert.Equal(1, manager.GetStatistics().Evictions);
    }

    [Fact]
    public void Defect18_AnErrorThatIsNoLackOfMemoryLeavesTheIdleWindowsAlone()
    {
        using MappedFile file = _manager.Open(_sample.Path, new() { Backing = Backing.Map });
        file.LeaseMemory(0, 10).Dispose();
        file.LeaseMemory(s_window, 10).Dispose();
        Assert.Throws<FileNotFoundException>(() => _manager.Open(SampleFile.NewPath()));
        _sample.TruncateTo(3L * s_window);
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(4L * s_window, 10));
        Assert.Equal((2, 0L), (_manager.GetStatistics().Regions, _manager.GetStatistics().Evictions));
    }

    [Fact]
    public void Defect19_AReusedHandleNumberServesTheNewFile()
    {
        using SampleFile shorter = SampleFile.OfLength(1000);
        nint number;
        using (SafeFileHandle handle = File.OpenHandle(_sample.Path))
        {
            number = handle.DangerousGetHandle();
            using MappedFile file = _manager.Open(handle);
            file.LeaseMemory(0, 10).Dispose();
        }

        for (int tries = 0; tries < 100; tries++)
        {
            using SafeFileHandle handle = File.OpenHandle(shorter.Path);
            using MappedFile file = _manager.Open(handle);
            Assert.Equal(1000, file.Length);
            if (handle.DangerousGetHandle() == number) return;
        }
    }

    [Fact]
    public void Defect20_TwoSpellingsOfOnePathAreOneFile()
    {
        string folder = Path.GetDirectoryName(_sample.Path)!, name = Path.GetFileName(_sample.Path);
        using MappedFile first = _manager.Open(_sample.Path), second = _manager.Open(Path.Combine(folder, "..", Path.GetFileName(folder), ".", name));
        first.LeaseMemory(0, 10).Dispose();
        second.LeaseMemory(0, 10).Dispose();
        Assert.Equal((1, 1L), (_manager.GetStatistics().OpenFiles, _manager.GetStatistics().Maps));
    }

    [Fact]
    public void Defect21_AFileGoesFromTheTableWithItsLastUser()
    {
        for (int turn = 0; turn < 100; turn++)
        {
            using SampleFile sample = SampleFile.OfLength(100);
            using MappedFile file = _manager.Open(sample.Path);
            file.LeaseMemory(0, 10).Dispose();
            _manager.Trim();
            Assert.Equal(1, _manager.GetStatistics().OpenFiles);
        }

        AtRest.AssertNothingHeld(_manager);
        Assert.DoesNotContain("pinned first", _manager.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void Defect22_AWindowSizeThatCannotBeIsRefusedAndAnInvalidCursorSaysSo()
    {
        Assert.Equal("WindowSize", Assert.Throws<ArgumentOutOfRangeException>(() => new MapManager(new() { WindowSize = 100 })).ParamName);
        using MappedFile file = _manager.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(10, 10);
        Assert.False(cursor.MoveTo(file.Length));
        Assert.Equal((false, 0, 0L, 0L), (cursor.IsValid, cursor.Length, cursor.Offset, cursor.End));
        Assert.True(cursor.Span.IsEmpty);
    }

    /// <summary>Eight threads over one manager; <see cref="Stress.StressTests"/> goes on for longer.</summary>
    [Fact]
    public void Defect23_ThreadsShareAManager()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        TestThread.RunTogether(8, number =>
        {
            var random = new Random(number);
            for (int turn = 0; turn < 2_000; turn++)
            {
                long offset = random.Next(8 * Step / 8 - 8) * 8;
                using SequenceLease lease = file.File.LeaseSequence(offset, 64);
                foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
                {
                    file.Backing.Check(segment.Span, offset);
                    offset += segment.Length;
                }
            }
        });
        Assert.Equal(2, file.Windows.Length);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    public void Dispose()
    {
        _manager.Dispose();
        _sample.Dispose();
    }
}
