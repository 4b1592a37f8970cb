using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>
/// The results of a sequence, a pipe reader, a stream, a cursor and a buffer after a change of the file. Each is open
/// and a hundred bytes into the first window when the file changes.
/// </summary>
public class OpenAcrossChangeTests
{
    private const int Window = 64 << 10;
    private const int Overlap = 4 << 10;
    private const long Length = 5 * Window + 1234;
    private const long Grown = Length + Window;
    private const long Ahead = 2 * Window + 500;
    private const long Here = Window / 2;

    /// <summary>One past the last byte of the region that all of them stand on.</summary>
    private const long Held = Window + Overlap;

    /// <summary>The change of the file.</summary>
    public enum Event
    {
        /// <summary>Another writes behind its end.</summary>
        Growth,

        /// <summary>It is cut in a window that is not loaded.</summary>
        CutAhead,

        /// <summary>It is cut in a window that is in memory.</summary>
        CutAheadInMemory,

        /// <summary>It is cut in the window that is being read.</summary>
        CutHere,

        /// <summary>Another file takes its name.</summary>
        Replacement,

        /// <summary>Its name is taken away.</summary>
        Deletion,
    }

    /// <summary>The result after the last byte.</summary>
    public enum Then
    {
        /// <summary>The end, said as each of them says it.</summary>
        End,

        /// <summary>A <see cref="FileChangedException"/>.</summary>
        Changed,

        /// <summary>A mapped page without a file behind it: to touch it ends the process (see
        /// <see cref="TruncationProcessTests"/>).</summary>
        Fatal,
    }

    public static TheoryData<Kind, Event, Backing, bool, bool> Rows
    {
        get
        {
            var rows = new TheoryData<Kind, Event, Backing, bool, bool>();
            foreach (Kind kind in Enum.GetValues<Kind>())
            {
                foreach (Event happening in Enum.GetValues<Event>())
                {
                    foreach (Backing backing in (Backing[])[Backing.Map, Backing.Copy])
                    {
                        foreach (bool verify in (bool[])[false, true])
                        {
                            foreach (bool refresh in (bool[])[false, true])
                                rows.Add(kind, happening, backing, verify, refresh);
                        }
                    }
                }
            }

            return rows;
        }
    }

    /// <summary>The table: the bytes read, and the result after them.</summary>
    private static (long To, Then Then) Answer(Kind kind, Event happening, Backing backing, bool verify, bool refresh)
    {
        // Of the five only a cursor has no end of its own: it sees what a refresh has seen.
        bool sees = kind == Kind.Cursor && refresh;
        (long, Then) untouched = (Length, Then.End);
        (long, Then) cutAhead = (Ahead, sees ? Then.End : Then.Changed);
        (long, Then) cutHere = (Here, sees ? Then.End : Then.Changed);
        switch (happening)
        {
            case Event.Growth: return sees ? (Grown, Then.End) : untouched;
            case Event.Replacement or Event.Deletion: return untouched;
        }

        // A lease does not look again, and a copy needs no file.
        if (kind == Kind.Sequence)
            return backing == Backing.Copy ? untouched : (happening == Event.CutHere ? Here : Ahead, Then.Fatal);

        switch (happening)
        {
            // A load after the truncation is found to be short.
            case Event.CutAhead:
                return cutAhead;

            // Found in memory it is not looked at, unless a refresh has thrown it out or the file is verified.
            case Event.CutAheadInMemory when refresh || verify:
                return cutAhead;
            case Event.CutAheadInMemory:
                return backing == Backing.Copy ? untouched : (Ahead, Then.Fatal);

            // A reader and a buffer have looked when they came to the window. A cursor and a stream look again at each
            // move after a refresh, and always if the file is verified.
            case Event.CutHere when kind is Kind.Stream or Kind.Cursor && (refresh || verify):
                return cutHere;
            default:
                return backing == Backing.Copy ? (Held, Then.Changed) : (Here, Then.Fatal);
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void WhatIsOpenGivesEveryByteThatIsLeftAndThenTheAnswerOfTheTable(
        Kind kind, Event happening, Backing backing, bool verify, bool refresh)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows()
            && happening == Event.Replacement, "Windows does not let an open file be replaced by rename.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = Overlap });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using (Reading reading = Reading.Of(kind, file))
        {
            Assert.False(reading.ReadTo(100));
            if (happening == Event.CutAheadInMemory) file.LeaseSequence(0, Length).Dispose();
            Happen(happening, sample);
            if (refresh) Assert.Equal(Seen(happening), file.Refresh());

            (long to, Then then) = Answer(kind, happening, backing, verify, refresh);
            Assert.False(reading.ReadTo(to));
            if (then == Then.End) Assert.True(reading.ReadTo(long.MaxValue));
            // Each time anew, and nothing is lost by asking.
            for (int turn = 0; turn < 2 && then == Then.Changed; turn++)
                Assert.Contains(
                    sample.Path, Assert.Throws<FileChangedException>(() => reading.ReadTo(long.MaxValue)).Message);
            Assert.Equal(to, reading.Position);

            if (then == Then.Changed)
            {
                sample.GrowTo(Length);
                file.Refresh();
                Assert.False(reading.ReadTo(Length));
                Assert.True(reading.ReadTo(long.MaxValue));
                Assert.Equal(Length, reading.Position);
            }
        }

        manager.Trim();
        Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0, LiveHeapLeases: 0 });
    }

    [Theory]
    [InlineData(Backing.Map, false)]
    [InlineData(Backing.Map, true)]
    [InlineData(Backing.Copy, false)]
    [InlineData(Backing.Copy, true)]
    public async Task EveryWayToCopyOnWritesWhatIsLeftAndThenThrows(Backing backing, bool verify)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = Overlap });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using Stream first = file.OpenStream(), second = file.OpenStream();
        PipeReader reader = file.CreatePipeReader();
        sample.TruncateTo(Ahead);

        Func<Stream, Task>[] ways =
        [
            to => { first.CopyTo(to); return Task.CompletedTask; },
            to => second.CopyToAsync(to, TestContext.Current.CancellationToken),
            to => reader.CopyToAsync(to, TestContext.Current.CancellationToken),
        ];
        foreach (Func<Stream, Task> copy in ways)
        {
            var to = new MemoryStream();
            await Assert.ThrowsAsync<FileChangedException>(() => copy(to));
            Assert.Equal(SampleFile.Bytes(0, (int)Ahead), to.ToArray());
        }

        await reader.CompleteAsync();
    }

    private static void Happen(Event happening, SampleFile sample)
    {
        switch (happening)
        {
            case Event.Growth:
                sample.GrowTo(Grown);
                break;
            case Event.CutAhead or Event.CutAheadInMemory:
                sample.TruncateTo(Ahead);
                break;
            case Event.CutHere:
                sample.TruncateTo(Here);
                break;
            case Event.Replacement:
                File.WriteAllBytes(sample.Path + ".new", new byte[Length / 2]);
                File.Move(sample.Path + ".new", sample.Path, overwrite: true);
                break;
            default:
                File.Delete(sample.Path);
                break;
        }
    }

    private static FileChange Seen(Event happening) => happening switch
    {
        Event.Growth => FileChange.Grown,
        Event.Replacement => FileChange.Replaced,
        Event.Deletion => FileChange.Unchanged,
        _ => FileChange.Shrunk,
    };
}
