using System.Diagnostics.Metrics;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>
/// Listeners that act: each way in which a region is unmapped, with each action that a listener may take in its
/// callback. The caller is not disturbed, the action takes effect, and in the end nothing stays mapped or charged.
/// </summary>
public sealed class ListenerActionTests
{
    private const int Windows = 8, Others = 3;

    private static readonly int s_window = LeakCheckedTest.Granule;

    /// <summary>A byte whose window is not in memory.</summary>
    private static readonly int s_far = (Windows + 2) * s_window;

    /// <summary>The causes of an unmap, with the least number of the file's regions that listeners hear of.</summary>
    private static readonly Dictionary<string, (Action<Room> Act, int Least)> s_causes = new()
    {
        ["the file is disposed"] = (room => room.File.Dispose(), Windows),
        ["the path is released"] = (room => room.Manager.Release(room.Sample.Path), Windows),
        ["the manager is trimmed"] = (room => room.Manager.Trim(), Windows),
        ["a miss evicts"] = (room => room.LeaseOne(s_far), 1),
        ["the tail has grown"] = (room => room.Refresh(FileChange.Grown, () => room.Sample.GrowTo(20 * s_window)), 1),
        ["a copy is rewritten"] = (room => room.Refresh(FileChange.Rewritten, room.Rewrite), Windows),
        ["some unmaps fail"] = (room => room.Manager.Trim(), Windows - Room.Refusals),
        ["an exact region ends"] = (room => room.LeaseOne(s_window - 4), 1),
        ["the manager is disposed"] = (room => room.Manager.Dispose(), Windows),
    };

    /// <summary>The actions of a listener, with an assertion for each.</summary>
    private static readonly Dictionary<string, (Action<Room> Act, Action<Room> AssertDone)> s_reactions = new()
    {
        ["leases"] = (room => room.LeaseElsewhere(), room =>
            Assert.True(room.Elsewhere.Manager.GetStatistics().Maps > Others)),
        ["leases there"] = (room => room.LeaseOther(), room => room.AssertOtherIsLoadedOrClosed()),
        ["trims"] = (room => room.Manager.Trim(), room => room.AssertOtherIsUnmapped()),
        ["releases"] = (room => room.Manager.Release(room.OtherSample.Path), room => room.AssertOtherIsUnmapped()),
        ["disposes the manager"] = (room => room.Manager.Dispose(), room =>
            Assert.Throws<ObjectDisposedException>(() => room.Manager.Open(room.Sample.Path))),
        ["disposes another manager"] = (room => room.Elsewhere.Manager.Dispose(), room =>
            AtRest.AssertNothingHeld(room.Elsewhere.Manager)),
        ["asks"] = (room => room.Manager.Dump(), room => Assert.True(room.Reactions > 0)),
        ["throws"] = (_ => throw new InvalidOperationException("The listener says so."), room =>
            Assert.True(room.Reactions > 0)),
    };

    public static TheoryData<string, string, string> Table()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (string cause in s_causes.Keys)
        {
            foreach (string reaction in s_reactions.Keys)
            {
                rows.Add(cause, reaction, "event");
                rows.Add(cause, reaction, "gauge");
                // Of the unmaps only evictions are counted.
                if (cause == "a miss evicts") rows.Add(cause, reaction, "counter");
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void AListenerMayActWhateverHasARegionUnmapped(string cause, string reaction, string heardFrom)
    {
        using var room = new Room(cause);
        using (room.Listen(heardFrom, s_reactions[reaction].Act))
        {
            s_causes[cause].Act(room);
            Assert.InRange(room.Unmapped, s_causes[cause].Least, int.MaxValue);
            Assert.True(room.Reactions > 0, "The listener was told of nothing.");
            s_reactions[reaction].AssertDone(room);
        }

        room.AssertNothingStays();
    }

    /// <summary>A manager with two open files in memory, another manager, and a listener to the first file.</summary>
    private sealed class Room : IDisposable
    {
        /// <summary>The unmaps that the system refuses where that is the cause.</summary>
        public const int Refusals = 3;

        private readonly bool _refuses;
        private int _left;
        private bool _acting;

        public Room(string cause, bool isElsewhere = false)
        {
            _refuses = cause == "some unmaps fail";
            Backing backing = cause == "a copy is rewritten" ? Backing.Copy : Backing.Map;
            Sample = SampleFile.OfLength(cause == "the tail has grown" ? Windows * s_window - 10 : 16 * s_window);
            OtherSample = SampleFile.OfLength(16 * s_window);
            Manager = new MapManager(new MapManagerOptions
            {
                WindowSize = s_window,
                Overlap = 0,
                MaxMappedBytes = (cause == "a miss evicts" ? Windows + Others : 100) * s_window,
            })
            { WrapBacking = real => new Refusing(this, real) };
            File = Manager.Open(Sample.Path, new MappedFileOptions { Backing = backing });
            Other = Manager.Open(OtherSample.Path, new MappedFileOptions { Backing = Backing.Map });
            // The other file's regions come last, so that they are not the first victims.
            for (int window = 0; window < Windows && !isElsewhere; window++) Load(File, window);
            for (int window = 0; window < Others; window++) Load(Other, window);
            _left = _refuses ? Refusals : 0;
            Elsewhere = isElsewhere ? this : new Room("", isElsewhere: true);
        }

        public SampleFile Sample { get; }

        public SampleFile OtherSample { get; }

        public MapManager Manager { get; }

        public MappedFile File { get; }

        public MappedFile Other { get; }

        public Room Elsewhere { get; }

        /// <summary>The regions of the file whose unmap the listeners heard of.</summary>
        public int Unmapped { get; private set; }

        /// <summary>The actions of the listener so far.</summary>
        public int Reactions { get; private set; }

        public IDisposable Listen(string heardFrom, Action<Room> reaction)
        {
            var meter = new MeterListener();
            string instrument = heardFrom == "counter" ? "mmap_spans.evictions" : "mmap_spans.regions";
            // Other tests' managers are heard as well, on their threads.
            int thread = Environment.CurrentManagedThreadId;
            meter.InstrumentPublished = (published, self) =>
            {
                if (published.Name == instrument && heardFrom != "event") self.EnableMeasurementEvents(published);
            };
            meter.SetMeasurementEventCallback<long>((_, _, _, _) =>
            {
                if (Environment.CurrentManagedThreadId == thread) React(reaction);
            });
            meter.Start();
            var events = new EventLog(Sample.Path)
            {
                Then = entry =>
                {
                    if (entry.Name != "Unmap") return;
                    Unmapped++;
                    if (heardFrom == "event") React(reaction);
                    if (heardFrom == "gauge") meter.RecordObservableInstruments();
                },
            };
            return new Ears(meter, events);
        }

        public void LeaseOne(int offset)
        {
            using SpanLease lease = File.LeaseSpan(offset, 8);
            SampleFile.AssertBytes(lease.Span, offset);
        }

        public void LeaseOther()
        {
            using MemoryLease lease = Other.LeaseMemory(5 * s_window, 8);
            SampleFile.AssertBytes(lease.Span, 5 * s_window);
        }

        public void LeaseElsewhere() => Elsewhere.LeaseOther();

        public void Rewrite() => SampleFile.Rewrite(Sample.Path, SampleFile.Bytes(0, 8));

        public void Refresh(FileChange expected, Action change)
        {
            change();
            Assert.Equal(expected, File.Refresh());
        }

        public void AssertOtherIsUnmapped() => Assert.Empty(Other.Directory.Snapshot());

        public void AssertOtherIsLoadedOrClosed()
        {
            if (Manager.IsDisposed) Assert.Throws<ObjectDisposedException>(LeaseOther);
            else Assert.NotNull(Other.Directory.At(5));
        }

        public void AssertNothingStays()
        {
            foreach (Room room in (Room[])[this, Elsewhere])
            {
                room.File.Dispose();
                room.Other.Dispose();
                // The next sweep tries again to unmap the refused regions.
                room.Manager.Trim();
                room.Manager.Dispose();
                AtRest.AssertNothingHeld(room.Manager);
                if (!OperatingSystem.IsLinux()) continue;
                Assert.Equal(0, ProcessView.Mappings(room.Sample.Path));
                Assert.Equal(0, ProcessView.Mappings(room.OtherSample.Path));
            }
        }

        public void Dispose()
        {
            File.Dispose();
            Other.Dispose();
            Manager.Dispose();
            Sample.Dispose();
            OtherSample.Dispose();
            if (Elsewhere != this) Elsewhere.Dispose();
        }

        private static void Load(MappedFile file, int window) => file.LeaseSpan(window * s_window, 8).Dispose();

        private void React(Action<Room> reaction)
        {
            if (_acting) return;
            _acting = true;
            try
            {
                Reactions++;
                reaction(this);
            }
            finally
            {
                _acting = false;
            }
        }

        private sealed class Ears(MeterListener meter, EventLog events) : IDisposable
        {
            public void Dispose()
            {
                events.Dispose();
                meter.Dispose();
            }
        }

        /// <summary>The system, which refuses the first unmaps.</summary>
        private sealed class Refusing(Room room, IBacking real) : IBacking
        {
            public IBacking? Fallback => real.Fallback;

            public long Length => real.Length;

            public bool Copies(long offset, int length) => real.Copies(offset, length);

            public FileLook Look() => real.Look();

            public long ChargeFor(long offset, int length) => real.ChargeFor(offset, length);

            public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

            public bool TryReadAhead(long offset, long length) => real.TryReadAhead(offset, length);

            public RegionMemory Load(long offset, int length) => real.Load(offset, length);

            public bool TryUnload(in RegionMemory memory) => room._left-- <= 0 && real.TryUnload(memory);
        }
    }
}
