using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Streams and pipe readers keep their file open from their making to their end, and own it when made by
/// path.</summary>
public sealed class KeptFileTests : LeakCheckedTest
{
    private const int Overlap = 256;

    private static readonly int s_length = 4 * Granule;

    private readonly MapManager _manager;
    private readonly MappedFile _file;
    private readonly SampleFile _sample;

    public KeptFileTests()
    {
        _manager = ManagerOf(Overlap);
        _file = OpenSample(_manager, s_length, out _sample);
        _file.Dispose();
    }

    [Fact]
    public void AStreamThatALeavingFileMadeReadsToItsEnd()
    {
        using (Stream stream = Made())
        {
            Assert.Equal(1, _manager.GetStatistics().OpenFiles);
            AssertAll(stream);
        }

        AtRest.AssertNothingHeld(_manager);

        Stream Made()
        {
            using MappedFile file = _manager.Open(_sample.Path);
            return file.OpenStream();
        }
    }

    [Fact]
    public void AReaderThatALeavingFileMadeReadsToItsEnd()
    {
        PipeReader reader = Made();
        Assert.Equal(1, _manager.GetStatistics().OpenFiles);
        AssertAll(reader.AsStream());
        reader.Complete();
        reader.Complete();
        AtRest.AssertNothingHeld(_manager);

        PipeReader Made()
        {
            using MappedFile file = _manager.Open(_sample.Path);
            return file.CreatePipeReader();
        }
    }

    [Fact]
    public void AStreamByPathOwnsItsFile()
    {
        using (Stream stream = _manager.OpenStream(_sample.Path, new MappedFileOptions { Backing = Backing.Copy }))
        {
            AssertAll(stream);
            Assert.True(_manager.GetStatistics() is { OpenFiles: 1, MappedBytes: 0, CopiedBytes: > 0 });
        }

        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void AReaderByPathOwnsItsFile()
    {
        PipeReader reader = _manager.OpenPipeReader(
            _sample.Path,
            new MappedFileOptions { Backing = Backing.Map },
            new MappedPipeReaderOptions { Offset = Granule, Length = 2 * Granule });
        ReadResult result = reader.ReadNow();
        SampleFile.AssertBytes(result.Buffer.ToArray(), Granule);
        Assert.Equal(1, _manager.GetStatistics().OpenFiles);
        reader.Complete();
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void WhatIsRefusedLeavesNoOpener()
    {
        Assert.Throws<FileNotFoundException>(() => _manager.OpenStream(_sample.Path + ".none"));
        Assert.Throws<FileNotFoundException>(() => _manager.OpenPipeReader(_sample.Path + ".none"));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _manager.OpenStream(_sample.Path, new MappedFileOptions { Backing = (Backing)9 }));
        foreach (MappedPipeReaderOptions wrong in (MappedPipeReaderOptions[])
        [
            new() { Offset = s_length + 1 }, new() { Length = s_length + 1 },
            new() { Offset = -1 }, new() { ReadAhead = -1 },
        ])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _manager.OpenPipeReader(_sample.Path, readerOptions: wrong));
        }

        AtRest.AssertNothingHeld(_manager);
        using MappedFile file = _manager.Open(_sample.Path);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.OpenStream(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreatePipeReader(new() { ReadAhead = -1 }));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.OpenStream());
        Assert.Throws<ObjectDisposedException>(() => file.CreatePipeReader());
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void AReadThatTheBudgetRefusesLeavesNoMoreThanItsStream()
    {
        MapManager small = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = 0,
            MaxMappedBytes = Granule,
            OverBudget = OverBudget.Fail,
        });
        var mapped = new MappedFileOptions { Backing = Backing.Map };
        using (MappedFile file = small.Open(_sample.Path, mapped))
        using (file.LeaseMemory(0, 1))
        using (Stream stream = small.OpenStream(_sample.Path, mapped))
        {
            stream.Position = 2 * Granule;
            Assert.Throws<MapBudgetExceededException>(() => stream.ReadByte());
        }

        AtRest.AssertNothingHeld(small);
    }

    [Fact]
    public void AfterTheManagersEndTheWindowAtHandIsReadAndNoOther()
    {
        Stream single = _manager.OpenStream(_sample.Path), many = _manager.OpenStream(_sample.Path);
        PipeReader reader = _manager.OpenPipeReader(_sample.Path);
        single.ReadByte();
        many.ReadByte();
        ReadResult result = reader.ReadNow();
        _manager.Dispose();

        for (int at = 1; at < Granule + Overlap; at++) Assert.Equal(SampleFile.At(at), single.ReadByte());
        Assert.Throws<ObjectDisposedException>(() => single.ReadByte());
        byte[] all = new byte[s_length];
        Assert.Equal(Granule + Overlap - 1, many.Read(all));
        SampleFile.AssertBytes(all.AsSpan(0, Granule + Overlap - 1), 1);
        Assert.Throws<ObjectDisposedException>(() => many.Read(all));
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        SampleFile.AssertBytes(reader.ReadNow().Buffer.ToArray(), 10);
        reader.AdvanceTo(result.Buffer.End);
        Assert.Throws<ObjectDisposedException>(() => reader.ReadNow());

        single.Dispose();
        many.Dispose();
        reader.Complete();
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void AReleaseListsWhatStreamsAndReadersHold()
    {
        using Stream stream = _manager.OpenStream(_sample.Path);
        PipeReader reader = _manager.OpenPipeReader(_sample.Path);
        Assert.Equal([Held(leases: 0, streams: 2)], _manager.Release(_sample.Path).Held);
        stream.Position = 2 * Granule;
        stream.ReadByte();
        reader.ReadNow();
        Assert.Equal([Held(leases: 2, streams: 2)], _manager.Release(_sample.Path).Held);
        reader.Complete();
        reader.Complete();
        Assert.Equal([Held(leases: 1, streams: 1)], _manager.Release(_sample.Path).Held);
        AssertAll(stream);
        stream.Dispose();
        stream.Dispose();
        Assert.Empty(_manager.Release(_sample.Path).Held);
    }

    [Fact]
    public void AReleaseListsAStreamWhoseFileIsOpenAlsoOtherwise()
    {
        using MappedFile file = _manager.Open(_sample.Path);
        // A file that is merely open is not listed: whoever has it knows, and nothing is in use.
        Assert.Empty(_manager.Release(_sample.Path).Held);
        using (file.OpenStream(100))
        {
            ReleaseReport report = _manager.Release(_sample.Path);
            Assert.Equal([Held(leases: 0, streams: 1)], report.Held);
            Assert.EndsWith($"still held: '{_sample.Path}' by 0 leases and 1 stream or reader", report.ToString());
        }

        // Another backing is another opener of the same file.
        var copied = new MappedFileOptions { Backing = Backing.Copy };
        using (_manager.OpenStream(_sample.Path))
        using (_manager.OpenStream(_sample.Path, copied))
        using (file.LeaseMemory(0, 1))
            Assert.Equal([Held(leases: 1, streams: 2)], _manager.Release(_sample.Path).Held);

        Assert.Empty(_manager.Release(_sample.Path).Held);
    }

    [Fact]
    public void AReleaseDoesNotListAStreamThatWasCollected()
    {
        // Another opener keeps the file.
        using MappedFile file = _manager.Open(_sample.Path);
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // A thread of the pool closes, and tells nobody when it has.
        Assert.True(SpinWait.SpinUntil(
            () => _manager.Release(_sample.Path).Held.Count == 0, TimeSpan.FromMinutes(1)));

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget()
        {
#pragma warning disable MMS001 // Forgotten on purpose.
            Assert.Equal(SampleFile.At(0), _manager.OpenStream(_sample.Path).ReadByte());
#pragma warning restore MMS001
            Assert.Equal(1, Assert.Single(_manager.Release(_sample.Path).Held).Streams);
        }
    }

    [Fact]
    public void AStreamKeepsTheNameThatItsFileWasOpenedBy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        string first = _sample.Path + ".first";
        File.CreateSymbolicLink(first, _sample.Path);
        using MappedFile byLink = _manager.Open(first);
        using Stream stream = _manager.OpenStream(_sample.Path);
        byLink.Dispose();
        File.Delete(first);
        Assert.Equal(1, _manager.Release(_sample.Path).HandlesClosed);
        AssertAll(stream);
    }

    [Fact]
    public void CursorsBuffersAndNewLeasesEndWithTheirFile()
    {
        MappedFile file = _manager.Open(_sample.Path);
        WindowCursor cursor = file.CreateCursor();
        MappedBuffer buffer = file.CreateBuffer();
        cursor.MoveTo(10);
        Assert.Equal(SampleFile.At(5), buffer[5]);
        using Stream stream = file.OpenStream();
        file.Dispose();

        SampleFile.AssertBytes(cursor.Span, 10);
        Assert.Equal(SampleFile.At(6), buffer[6]);
        Assert.Throws<ObjectDisposedException>(() => cursor.MoveTo(2 * Granule));
        Assert.Throws<ObjectDisposedException>(() => buffer[2 * Granule]);
        Assert.Throws<ObjectDisposedException>(() => file.LeaseMemory(0, 1));
        AssertAll(stream);
        cursor.Dispose();
        buffer.Dispose();
    }

    private HeldFile Held(int leases, int streams) => new(_sample.Path, leases) { Streams = streams };

    private static void AssertAll(Stream stream)
    {
        if (stream.CanSeek) stream.Position = 0;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal(s_length, copy.Length);
        SampleFile.AssertBytes(copy.ToArray(), 0);
    }
}
