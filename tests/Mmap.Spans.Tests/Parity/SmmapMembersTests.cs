using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Geometry;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Parity;

/// <summary>
/// Each member of smmap 5.0.2 has its counterpart here: a row for each of its members, named after it. The table of
/// names is in PARITY.md beside the library's sources.
/// </summary>
public sealed class SmmapMembersTests
{
    private static readonly int s_window = SmmapRoom.Window;

    /// <summary>Both managers, by path and by handle.</summary>
    private static readonly (bool Whole, bool ByHandle)[] s_ways =
        [(false, false), (false, true), (true, false), (true, true)];

    private static readonly Dictionary<string, Action<SmmapRoom>> s_members = new()
    {
        ["SlidingWindowMapManager: makes regions of the window size"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            using MemoryLease lease = file.LeaseMemory(s_window + 10, 10);
            // The overlap is the next window's.
            Assert.Equal(s_window, room.Now.MappedBytes);
        },

        ["StaticWindowMapManager: makes one region of the whole file"] = room =>
        {
            using MappedFile file = room.Static.Open(room.Sample.Path, new() { Backing = Backing.Map });
            using MemoryLease first = file.LeaseMemory(0, 10), last = file.LeaseMemory(room.Sample.Length - 10, 10);
            Assert.Equal(room.Sample.Length, room.Static.GetStatistics().MappedBytes);
            Assert.Equal(1, room.Static.GetStatistics().Regions);
            SampleFile.AssertBytes(last.Span, room.Sample.Length - 10);
        },

        ["make_cursor: gives a cursor on the path or the handle that shows nothing yet"] = room =>
        {
            foreach ((bool whole, bool byHandle) in s_ways)
            {
                MapManager manager = whole ? room.Static : room.Sliding;
                manager.Trim();
                long before = manager.GetStatistics().Maps;
                using SafeFileHandle handle = File.OpenHandle(room.Sample.Path);
                using MappedFile file = byHandle ? manager.Open(handle) : manager.Open(room.Sample.Path);
                using WindowCursor cursor = file.CreateCursor(), second = file.CreateCursor();
                Assert.Same(file, cursor.File);
                Assert.False(cursor.IsValid);
                Assert.Equal(before, manager.GetStatistics().Maps);
                Assert.True(cursor.MoveTo(10, 10));
                Assert.True(second.MoveTo(15, 10));
                Assert.Equal(before + 1, manager.GetStatistics().Maps);
                SampleFile.AssertBytes(second.Span, 15);
            }
        },

        ["make_cursor: of a missing path fails at open"] = room =>
            Assert.Throws<FileNotFoundException>(() => room.Sliding.Open(SampleFile.NewPath())),

        ["collect: drops every idle region and says how many"] = room =>
        {
            Assert.Equal(0, room.Sliding.Trim());
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MemoryLease used = file.LeaseMemory(0, 10);
            file.LeaseMemory(2L * s_window, 10).Dispose();
            file.LeaseMemory(3L * s_window, 10).Dispose();
            Assert.Equal(2, room.Sliding.Trim());
            Assert.Equal(1, room.Now.Regions);
            Assert.Equal(0, room.Sliding.Trim());
            SampleFile.AssertBytes(used.Span, 0);
        },

        ["num_file_handles_max_file_handles_num_open_files: count what is open"] = room =>
        {
            Assert.True(room.Sliding.Options.MaxOpenHandles > 0);
            Assert.Equal((0, 0), (room.Now.OpenHandles, room.Now.OpenFiles));
            using SampleFile other = SampleFile.OfLength(100);
            string path = room.Sample.Path;
            using (MappedFile first = room.Sliding.Open(path), again = room.Sliding.Open(path))
            {
                using MappedFile second = room.Sliding.Open(other.Path);
                Assert.Equal((2, 2), (room.Now.OpenHandles, room.Now.OpenFiles));
            }

            Assert.Equal((0, 0), (room.Now.OpenHandles, room.Now.OpenFiles));
        },

        ["mapped_memory_size_max_mapped_memory_size: count bytes"] = room =>
        {
            Assert.True(room.Sliding.Options.MaxMappedBytes > 0);
            Assert.Equal(0, room.Now.MappedBytes);
            using MappedFile file = room.Sliding.Open(room.Sample.Path, new() { Backing = Backing.Map });
            file.LeaseMemory(5L * s_window, 100).Dispose();
            Assert.Equal(100, room.Now.MappedBytes);
            room.Sliding.Trim();
            Assert.Equal(0, room.Now.MappedBytes);
            Assert.Equal(100, room.Now.PeakMappedBytes);
        },

        ["window_size: tells whether files are whole"] = room =>
        {
            Assert.Equal(s_window, room.Sliding.Options.WindowSize);
            Assert.Equal(MapManagerOptions.WholeFile, room.Static.Options.WindowSize);
            Assert.Equal(0, MapManagerOptions.WholeFile);
        },

        ["force_map_handle_removal_win: drops what is under a prefix and reports holders"] = room =>
        {
            using SampleFile other = SampleFile.OfLength(100);
            using MappedFile file = room.Sliding.Open(room.Sample.Path), elsewhere = room.Sliding.Open(other.Path);
            file.LeaseMemory(0, 10).Dispose();
            elsewhere.LeaseMemory(0, 10).Dispose();
            MemoryLease held = file.LeaseMemory(2L * s_window, 10);
            ReleaseReport report = room.Sliding.Release(room.Sample.Path);
            Assert.Equal((1, 1), (report.RegionsDropped, report.HandlesClosed));
            Assert.Equal([new HeldFile(file.Path!, 1)], report.Held);
            SampleFile.AssertBytes(held.Span, 2L * s_window);
            held.Dispose();
            Assert.Equal(1, room.Now.Regions);
            using MemoryLease after = file.LeaseMemory(0, 10);
            SampleFile.AssertBytes(after.Span, 0);
        },

        ["MapRegionListCls_MapWindowCls_MapRegionCls_WindowCursorCls: are the backing seam"] = room =>
        {
            using MapManager manager = StampedFile.Manager(2);
            using var file = new StampedFile(manager, 3);
            using SpanLease lease = file.File.LeaseSpan(StampedFile.Step, 8);
            file.Backing.Check(lease.Span, StampedFile.Step);
        },

        ["eviction: takes idle regions only and over allocates rather than fail"] = room =>
        {
            using MapManager manager = StampedFile.Manager(2);
            using var file = new StampedFile(manager, 8);
            using SequenceLease leased = file.File.LeaseSequence(0, 3 * StampedFile.Step);
            // Over the budget by its leases, so idle regions are evicted at once.
            file.Use(3, 4);
            Assert.Equal([0, 1, 2], file.Windows);
        },

        ["use_region: shows as much as one region gives and keeps a region that has the offset"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(10, 10));
            Assert.Equal((10L, 10, 20L), (cursor.Offset, cursor.Length, cursor.End));
            Assert.True(cursor.MoveTo(10));
            Assert.Equal(s_window + 512 - 10, cursor.Length);
            Assert.Equal(1, room.Now.Maps);
            Assert.False(cursor.MoveTo(room.Sample.Length));
            Assert.False(cursor.MoveTo(room.Sample.Length + 1000));
            Assert.False(cursor.IsValid);
            // The last window is short and begins before what is asked for.
            Assert.True(cursor.MoveTo(room.Sample.Length - 20, 1000));
            Assert.Equal((20, room.Sample.Length), (cursor.Length, cursor.End));
            SampleFile.AssertBytes(cursor.Span, room.Sample.Length - 20);
        },

        ["unuse_region: drops the pin and keeps the region"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(0));
            Assert.Equal(1, room.Now.LiveHeapLeases);
            cursor.Release();
            cursor.Release();
            Assert.Equal(0, room.Now.LiveHeapLeases);
            Assert.Equal(1, room.Now.Regions);
            Assert.Same(file, cursor.File);
        },

        ["buffer_map: are the span and the memory of a lease"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(100, 200));
            SampleFile.AssertBytes(cursor.Span, 100);
            using MemoryLease lease = file.LeaseMemory(100, 200);
            Assert.Equal(200, lease.Memory.Length);
            SampleFile.AssertBytes(lease.Memory.Span, 100);
        },

        ["is_valid_is_associated: are two things"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.False(cursor.IsValid);
            Assert.NotNull(cursor.File);
            Assert.Equal(0, cursor.Length);
        },

        ["ofs_begin_ofs_end_size_includes_ofs: are absolute"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(s_window + 5, 50));
            Assert.Equal((s_window + 5L, s_window + 55L, 50), (cursor.Offset, cursor.End, cursor.Length));
            Assert.All([s_window + 5, s_window + 54], offset => Assert.True(cursor.Contains(offset)));
            long[] outside = [s_window + 4, s_window + 55, -1, long.MaxValue, 0];
            Assert.All(outside, offset => Assert.False(cursor.Contains(offset)));
        },

        ["region: is shown by the dump"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(2L * s_window));
            string dump = room.Sliding.Dump();
            Assert.Contains(room.Sample.Path, dump, StringComparison.Ordinal);
            Assert.Matches($@"\[{2 * s_window}, {3 * s_window + 512}\) .* 1 reference, 0 spans", dump);
        },

        ["file_size: is the length and a refresh sees it change"] = room =>
        {
            using SampleFile sample = SampleFile.OfLength(100);
            using MappedFile file = room.Sliding.Open(sample.Path);
            Assert.Equal(100, file.Length);
            sample.GrowTo(300);
            Assert.Equal(100, file.Length);
            file.Refresh();
            Assert.Equal(300, file.Length);
        },

        ["path_or_fd_path_fd: are the path or null"] = room =>
        {
            using SafeFileHandle handle = File.OpenHandle(room.Sample.Path);
            using MappedFile byPath = room.Sliding.Open(room.Sample.Path), byHandle = room.Static.Open(handle);
            Assert.Equal(room.Sample.Path, byPath.Path);
            Assert.Null(byHandle.Path);
        },

        ["assign_copy: are a second pin on the same region"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(50, 100));
            using WindowCursor clone = cursor.Clone();
            Assert.Equal(2, room.Now.LiveHeapLeases);
            Assert.Equal(1, room.Now.Regions);
            cursor.Dispose();
            SampleFile.AssertBytes(clone.Span, 50);
            Assert.True(clone.MoveTo(3L * s_window, 10));
            SampleFile.AssertBytes(clone.Span, 3L * s_window);
        },

        ["with_cursor: unpins at the end and keeps the region"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using (WindowCursor cursor = file.CreateCursor()) Assert.True(cursor.MoveTo(0));
            Assert.Equal((0L, 1), (room.Now.LiveHeapLeases, room.Now.Regions));
        },

        ["SlidingWindowMapBuffer: is the file from an offset and refuses one behind the end"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer(10), limited = file.CreateBuffer(10, 20);
            Assert.Equal((room.Sample.Length - 10, 20L), (buffer.Length, limited.Length));
            Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateBuffer(room.Sample.Length + 1));
        },

        ["begin_access: is a new buffer on the same file"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer(10), again = file.CreateBuffer();
            Assert.Equal((SampleFile.At(10), SampleFile.At(0)), (buffer[0], again[0]));
        },

        ["end_access: lets the window go and may be repeated"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            MappedBuffer buffer = file.CreateBuffer();
            _ = buffer[0];
            Assert.Equal(1, room.Now.LiveHeapLeases);
            buffer.Dispose();
            buffer.Dispose();
            Assert.Equal(0, room.Now.LiveHeapLeases);
            Assert.Throws<ObjectDisposedException>(() => buffer[0]);
        },

        ["len_getitem: are a long length and one byte"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer();
            Assert.Equal(room.Sample.Length, buffer.Length);
            long[] indexes = [0, s_window - 1, s_window, room.Sample.Length - 1];
            Assert.All(indexes, index => Assert.Equal(SampleFile.At(index), buffer[index]));
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer[-1]);
            Assert.Throws<ArgumentOutOfRangeException>(() => buffer[buffer.Length]);
        },

        ["getslice: is a copy across windows or a sequence without one"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            using MappedBuffer buffer = file.CreateBuffer();
            int length = 2 * s_window + 50;
            SampleFile.AssertBytes(buffer.ToArray(s_window - 20, length), s_window - 20);
            using SequenceLease sequence = file.LeaseSequence(s_window - 20, length);
            SampleFile.AssertBytes(sequence.Sequence.ToArray(), s_window - 20);
        },

        ["align_to_mmap: is the grid's arithmetic"] = room =>
        {
            Assert.Equal(0, s_window % Environment.SystemPageSize);
            WindowGrid grid = WindowGrid.Of(s_window, 0);
            Assert.Equal((0L, 1L), (grid.IndexOf(s_window - 1), grid.IndexOf(s_window)));
            Assert.Equal(1L, grid.IndexOf(2 * s_window - 1));
            Assert.Equal((1L, 2L), (grid.CountFor(s_window), grid.CountFor(s_window + 1)));
        },

        ["is_64_bit: chooses the defaults"] = room =>
            Assert.Equal(Environment.Is64BitProcess ? 16 << 20 : 4 << 20, new MapManagerOptions().WindowSize),

        ["MapWindow_MapRegion: begin on the grid and never reach past the file"] = room =>
        {
            using MappedFile file = room.Sliding.Open(room.Sample.Path);
            for (long offset = 0; offset < room.Sample.Length; offset += 777) file.LeaseSpan(offset, 1).Dispose();
            foreach (Mmap.Spans.Regions.Region region in file.Directory.Snapshot())
            {
                Assert.Equal(0, region.Start % s_window);
                Assert.InRange(region.End, region.Start + 1, room.Sample.Length);
            }
        },

        ["MapRegionList: knows path and size and goes with the last user"] = room =>
        {
            MappedFile first = room.Sliding.Open(room.Sample.Path), second = room.Sliding.Open(room.Sample.Path);
            Assert.Equal((first.Path, first.Length), (second.Path, second.Length));
            first.Dispose();
            Assert.Equal(1, room.Now.OpenFiles);
            second.Dispose();
            Assert.Equal(0, room.Now.OpenFiles);
        },

        // smmap's main test, for both managers, by path and by handle.
        ["five thousand random reads stay within the limits"] = room =>
        {
            foreach ((bool whole, bool byHandle) in s_ways)
            {
                var options = new MapManagerOptions
                {
                    WindowSize = whole ? MapManagerOptions.WholeFile : s_window,
                    Overlap = 0,
                    MaxMappedBytes = (whole ? 10L : 2L) * s_window,
                    MaxRegions = 3,
                };
                using var manager = new MapManager(options);
                using SafeFileHandle handle = File.OpenHandle(room.Sample.Path);
                MappedFileOptions mapped = new() { Backing = Backing.Map };
                string path = room.Sample.Path;
                using MappedFile file = byHandle ? manager.Open(handle, mapped) : manager.Open(path, mapped);
                using WindowCursor cursor = file.CreateCursor();
                var random = new Random(5000);
                for (int turn = 0; turn < 5000; turn++)
                {
                    Assert.InRange(manager.GetStatistics().MappedBytes, 0, options.MaxMappedBytes);
                    Assert.InRange(manager.GetStatistics().Regions, 0, options.MaxRegions);
                    long offset = random.NextInt64(room.Sample.Length);
                    Assert.True(cursor.MoveTo(offset));
                    Assert.True(cursor.Contains(offset));
                    Assert.Equal(SampleFile.At(offset), cursor.Span[0]);
                    Assert.Equal(SampleFile.At(cursor.End - 1), cursor.Span[^1]);
                }

                Assert.False(cursor.MoveTo(room.Sample.Length));
                manager.Trim();
                Assert.Equal((0L, 0), (manager.GetStatistics().MappedBytes, manager.GetStatistics().Regions));
            }
        },
    };

    public static TheoryData<string> Members => [.. s_members.Keys];

    [Theory]
    [MemberData(nameof(Members))]
    public void AMemberHasItsCounterpart(string member)
    {
        using var room = new SmmapRoom(windows: 5, moreBytes: 100, overlap: 512);
        s_members[member](room);
    }
}
