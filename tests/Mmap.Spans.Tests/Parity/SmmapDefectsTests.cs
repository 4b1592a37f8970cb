using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Parity;

/// <summary>The defects of smmap 5.0.2 that were reproduced, each with a row that would catch it here.</summary>
public sealed class SmmapDefectsTests
{
    private static readonly int s_window = SmmapRoom.Window;

    private static readonly Dictionary<string, Action<SmmapRoom>> s_defects = new()
    {
        ["01: the most recently used window is not the one that goes"] = room =>
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
        },

        ["02: a duplicated cursor moves on"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            cursor.MoveTo(0);
            using WindowCursor clone = cursor.Clone();
            Assert.True(clone.MoveTo(3L * s_window));
            SampleFile.AssertBytes(clone.Span, 3L * s_window);
            SampleFile.AssertBytes(cursor.Span, 0);
        },

        ["03: a buffer's offset counts in every index"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer(10);
            Assert.Equal(SampleFile.At(10), buffer[0]);
            Assert.Equal(SampleFile.At(room.Sample.Length - 1), buffer[buffer.Length - 1]);
            using MappedBuffer slice = buffer.Slice(s_window, 5);
            Assert.Equal(SampleFile.At(s_window + 10), slice[0]);
            Assert.Equal(SampleFile.At(s_window + 14), slice[4]);
        },

        ["04: a window is never longer than it says nor elsewhere"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            file.LeaseMemory(2L * s_window, 1).Dispose();
            Mmap.Spans.Regions.Region region = Assert.Single(file.Directory.Snapshot());
            Assert.Equal(new FileRange(2L * s_window, s_window), region.Range);
            Assert.Equal(s_window, room.Now.MappedBytes);
        },

        ["05: collecting under a lease leaves region and counters whole"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            MemoryLease lease = file.LeaseMemory(0, 100);
            ReadOnlyMemory<byte> exported = lease.Memory;
            Assert.Equal(0, room.Sliding.Trim());
            SampleFile.AssertBytes(exported.Span, 0);
            Assert.Equal((s_window, 1), (room.Now.MappedBytes, room.Now.Regions));
            lease.Dispose();
            Assert.Equal(1, room.Sliding.Trim());
            Assert.Equal((0, 0), (room.Now.MappedBytes, room.Now.Regions));
        },

        ["06: a grown file is seen by a new open"] = room =>
        {
            using SampleFile sample = SampleFile.OfLength(100);
            room.Sliding.Open(sample.Path).Dispose();
            sample.GrowTo(5000);
            using MappedFile file = room.Sliding.Open(sample.Path);
            Assert.Equal(5000, file.Length);
            using MemoryLease lease = file.LeaseMemory(100, 4900);
            SampleFile.AssertBytes(lease.Span, 100);
        },

        ["07: old and new bytes of a replaced file are never mixed"] = room =>
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Renaming over an open file is refused elsewhere.");
            using MappedFile old = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            old.LeaseMemory(0, 10).Dispose();
            string next = SampleFile.NewPath();
            File.WriteAllBytes(next, [.. Enumerable.Repeat((byte)7, 8 * s_window)]);
            File.Move(next, room.Sample.Path, overwrite: true);
            using MappedFile fresh = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            for (long offset = 0; offset < room.Sample.Length; offset += s_window)
            {
                using SpanLease before = old.LeaseSpan(offset, 100), after = fresh.LeaseSpan(offset, 100);
                SampleFile.AssertBytes(before.Span, offset);
                Assert.False(after.Span.ContainsAnyExcept((byte)7));
            }

            // Also when the handle was given up in between: the name leads to another file now.
            room.Sliding.Release(room.Sample.Path);
            Assert.Throws<FileChangedException>(() => old.LeaseMemory(0, 10));
        },

        ["08: negative offsets and lengths are refused"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
#pragma warning disable MMS001 // A cursor that has not moved pins nothing.
            Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateCursor().MoveTo(-5));
            Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateCursor().MoveTo(0, -5));
#pragma warning restore MMS001
            Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateBuffer(0, -5));
            Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(-5, 5));
        },

        ["09: an empty slice is empty and one past the end is refused"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer();
            Assert.Empty(buffer.ToArray(0, 0));
            using MappedBuffer empty = buffer.Slice(0, 0);
            Assert.Equal(0, empty.Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer.ToArray(buffer.Length - 1, 2));
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer[buffer.Length]);
        },

        ["10: a range has one type and one lifetime inside a window and across"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            foreach (long offset in (long[])[10, s_window - 10])
            {
                MemoryLease lease = file.LeaseMemory(offset, 100);
                ReadOnlyMemory<byte> memory = lease.Memory;
                SampleFile.AssertBytes(memory.Span, offset);
                lease.Dispose();
                Assert.Throws<ObjectDisposedException>(() => _ = memory.Span);
            }
        },

        ["11: at the cap just enough goes and the error names limit and holder"] = room =>
        {
            using var manager = new MapManager(new() { WindowSize = s_window, Overlap = 0, MaxRegions = 3 });
            using MappedFile file = manager.Open(room.Sample.Path, new() { Backing = Backing.Map });
            for (int window = 0; window < 8; window++)
            {
                file.LeaseMemory((long)window * s_window, 1).Dispose();
                Assert.Equal(Math.Min(window + 1, 3), manager.GetStatistics().Regions);
            }

            using SequenceLease leased = file.LeaseSequence(0, 3L * s_window);
            var error = Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(3L * s_window, 1));
            Assert.Contains("3 of 3 regions", error.Message, StringComparison.Ordinal);
            Assert.Contains(room.Sample.Path, error.Message, StringComparison.Ordinal);
        },

        ["12: a file costs one handle however many regions it has"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            using SequenceLease all = file.LeaseSequence(0, file.Length);
            Assert.Equal((8, 1), (room.Now.Regions, room.Now.OpenHandles));
            if (OperatingSystem.IsLinux()) Assert.Equal(1, ProcessView.Handles(room.Sample.Path));
        },

        ["13: a request across a window's edge is served whole"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MemoryLease lease = file.LeaseMemory(s_window - 3, 100), longer = file.LeaseMemory(5, 3 * s_window);
            Assert.Equal((100, 3 * s_window), (lease.Length, longer.Length));
            SampleFile.AssertBytes(lease.Span, s_window - 3);
            SampleFile.AssertBytes(longer.Span, 5);
        },

        ["14: releasing a path under a lease leaves the file usable"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            using MemoryLease held = file.LeaseMemory(0, 10);
            room.Sliding.Release(room.Sample.Path);
            SampleFile.AssertBytes(held.Span, 0);
            using MemoryLease again = file.LeaseMemory(0, 10);
            SampleFile.AssertBytes(again.Span, 0);
            held.Dispose();
            Assert.Equal((s_window, 1), (room.Now.MappedBytes, room.Now.Regions));
        },

        ["15: closing one of two openers leaves the other its regions"] = room =>
        {
            MappedFile first = room.Sliding.Open(room.Sample.Path), second = room.Sliding.Open(room.Sample.Path);
            first.Dispose();
            second.LeaseMemory(0, 10).Dispose();
            Assert.Equal((1, 1), (room.Now.OpenFiles, room.Now.Regions));
            using (MappedFile third = room.Sliding.Open(room.Sample.Path)) third.LeaseMemory(0, 10).Dispose();
            Assert.Equal(1, room.Now.Maps);
            Assert.Equal(1, room.Sliding.Trim());
            second.Dispose();
            AtRest.AssertNothingHeld(room.Sliding);
        },

        ["16: the handle limit holds for whole files too"] = room =>
        {
            using var manager = new MapManager(new() { WindowSize = MapManagerOptions.WholeFile, MaxOpenHandles = 2 });
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
        },

        ["17: what is charged is what is mapped not what was asked for"] = room =>
        {
            const long Whole = MapManagerOptions.WholeFile;
            using var manager = new MapManager(new() { WindowSize = Whole, MaxMappedBytes = 10L * s_window });
            using SampleFile other = SampleFile.OfLength(8L * s_window);
            using MappedFile first = manager.Open(room.Sample.Path, new() { Backing = Backing.Map });
            using MappedFile second = manager.Open(other.Path, new() { Backing = Backing.Map });
            first.LeaseMemory(0, 10).Dispose();
            second.LeaseMemory(0, 10).Dispose();
            Assert.Equal(8L * s_window, manager.GetStatistics().MappedBytes);
            Assert.Equal(8L * s_window, manager.GetStatistics().PeakMappedBytes);
            Assert.Equal(1, manager.GetStatistics().Evictions);
        },

        ["18: an error that is no lack of memory leaves the idle windows alone"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            file.LeaseMemory(0, 10).Dispose();
            file.LeaseMemory(s_window, 10).Dispose();
            Assert.Throws<FileNotFoundException>(() => room.Sliding.Open(SampleFile.NewPath()));
            room.Sample.TruncateTo(3L * s_window);
            Assert.Throws<FileChangedException>(() => file.LeaseMemory(4L * s_window, 10));
            Assert.Equal((2, 0L), (room.Now.Regions, room.Now.Evictions));
        },

        ["19: a reused handle number serves the new file"] = room =>
        {
            using SampleFile shorter = SampleFile.OfLength(1000);
            nint number;
            using (SafeFileHandle handle = File.OpenHandle(room.Sample.Path))
            {
                number = handle.DangerousGetHandle();
                using MappedFile file = room.Sliding.Open(handle);
                file.LeaseMemory(0, 10).Dispose();
            }

            for (int tries = 0; tries < 100; tries++)
            {
                using SafeFileHandle handle = File.OpenHandle(shorter.Path);
                using MappedFile file = room.Sliding.Open(handle);
                Assert.Equal(1000, file.Length);
                if (handle.DangerousGetHandle() == number) return;
            }
        },

        ["20: two spellings of one path are one file"] = room =>
        {
            string folder = Path.GetDirectoryName(room.Sample.Path)!, name = Path.GetFileName(room.Sample.Path);
            string spelling = Path.Combine(folder, "..", Path.GetFileName(folder), ".", name);
            using MappedFile first = room.Sliding.Open(room.Sample.Path), second = room.Sliding.Open(spelling);
            first.LeaseMemory(0, 10).Dispose();
            second.LeaseMemory(0, 10).Dispose();
            Assert.Equal((1, 1L), (room.Now.OpenFiles, room.Now.Maps));
        },

        ["21: a file goes from the table with its last user"] = room =>
        {
            for (int turn = 0; turn < 100; turn++)
            {
                using SampleFile sample = SampleFile.OfLength(100);
                using MappedFile file = room.Sliding.Open(sample.Path);
                file.LeaseMemory(0, 10).Dispose();
                room.Sliding.Trim();
                Assert.Equal(1, room.Now.OpenFiles);
            }

            AtRest.AssertNothingHeld(room.Sliding);
            Assert.DoesNotContain("pinned first", room.Sliding.Dump(), StringComparison.Ordinal);
        },

        ["22: a window size that cannot be is refused and an invalid cursor says so"] = room =>
        {
            Assert.Throws<ArgumentOutOfRangeException>("WindowSize", () => new MapManager(new() { WindowSize = 100 }));
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            cursor.MoveTo(10, 10);
            Assert.False(cursor.MoveTo(file.Length));
            Assert.Equal((false, 0, 0L, 0L), (cursor.IsValid, cursor.Length, cursor.Offset, cursor.End));
            Assert.True(cursor.Span.IsEmpty);
        },

        // Eight threads over one manager; <see cref="Stress.StressTests"/> goes on for longer.
        ["23: threads share a manager"] = room =>
        {
            using MapManager manager = StampedFile.Manager(2);
            using var file = new StampedFile(manager, 8);
            TestThread.RunTogether(8, number =>
            {
                var random = new Random(number);
                for (int turn = 0; turn < 2_000; turn++)
                {
                    long offset = random.Next(8 * StampedFile.Step / 8 - 8) * 8;
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
        },
    };

    public static TheoryData<string> Defects => [.. s_defects.Keys];

    [Theory]
    [MemberData(nameof(Defects))]
    public void ADefectIsNotHere(string defect)
    {
        using var room = new SmmapRoom(windows: 8, moreBytes: 0, overlap: 0);
        s_defects[defect](room);
    }
}
