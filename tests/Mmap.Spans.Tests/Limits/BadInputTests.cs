using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

#pragma warning disable MMS001, MMS005 // What is made here throws as it is used, or holds nothing.

namespace Mmap.Spans.Tests.Limits;

/// <summary>Every mistake of a caller: the exception, the parameter, and the content of the message.</summary>
public class BadInputTests
{
    private const int Length = 10_000;

    private sealed record Case(Type Exception, string? Parameter, string? Fragment, Action<MappedFile> Call);

    private static readonly Dictionary<string, Case> s_cases = new()
    {
        ["span, negative offset"] = Outside("offset", "-1", f => f.LeaseSpan(-1, 1).Dispose()),
        ["span, least offset"] = Outside("offset", null, f => f.LeaseSpan(long.MinValue, 1).Dispose()),
        ["span, offset past the end"] = Outside("offset", "10001", f => f.LeaseSpan(Length + 1, 0).Dispose()),
        ["span, greatest offset"] = Outside("offset", null, f => f.LeaseSpan(long.MaxValue, int.MaxValue).Dispose()),
        ["span, negative length"] = Outside("length", "-1", f => f.LeaseSpan(0, -1).Dispose()),
        ["span, least length"] = Outside("length", null, f => f.LeaseSpan(0, int.MinValue).Dispose()),
        ["span, past the end"] = Outside("length", "10000 bytes", f => f.LeaseSpan(1, Length).Dispose()),
        ["span, one past the end"] = Outside("length", null, f => f.LeaseSpan(Length, 1).Dispose()),
        ["memory, negative offset"] = Outside("offset", null, f => f.LeaseMemory(-1, 1)),
        ["memory, negative length"] = Outside("length", null, f => f.LeaseMemory(5, -5)),
        ["memory, past the end"] = Outside("length", "10000 bytes", f => f.LeaseMemory(0, Length + 1)),
        ["memory, greatest length"] = Outside("length", null, f => f.LeaseMemory(1, int.MaxValue)),
        ["sequence, negative offset"] = Outside("offset", null, f => f.LeaseSequence(-1, 1)),
        ["sequence, negative length"] = Outside("length", null, f => f.LeaseSequence(0, long.MinValue)),
        ["sequence, greatest length"] = Outside("length", null, f => f.LeaseSequence(1, long.MaxValue)),
        ["read, negative offset"] =
            new(typeof(ArgumentOutOfRangeException), "offset", null, f => f.Read(-1, new byte[1])),
        ["load, past the end"] = Outside("length", null, f => f.LoadAsync(0, Length + 1).Wait()),
        ["load, negative offset"] = Outside("offset", null, f => f.LoadAsync(-1, 1).Wait()),
        ["prefetch, negative offset"] = Outside("offset", "offset -1 is", f => f.Prefetch(-1, 1)),
        ["prefetch, negative length"] = Outside("length", "length -1 is", f => f.Prefetch(1, -1)),
        ["prefetch, negative offset of a range"] = Outside("ranges", null, f => f.Prefetch([new FileRange(-1, 1)])),
        ["prefetch, negative length of a range"] = Outside("ranges", null, f => f.Prefetch([new FileRange(1, -1)])),
        ["value, past the end"] = Outside("offset", "8 bytes from offset 9993", f => f.Read<long>(Length - 7)),
        ["reader's value, past the end"] =
            Outside("offset", "8 bytes from offset 9993", f => f.CreateReader().Read<long>(Length - 7)),
        ["buffer, value past the end"] =
            Outside("offset", "8 bytes from 1", f => f.CreateBuffer(5, 5).Read<long>(1)),
        ["buffer, value before the start"] =
            Outside("offset", "8 bytes from -1", f => f.CreateBuffer(5, 5).Read<long>(-1)),
        ["buffer, negative offset"] = new(typeof(ArgumentOutOfRangeException), "offset", null, f => f.CreateBuffer(-1)),
        ["buffer, offset past the end"] = Outside("offset", null, f => f.CreateBuffer(Length + 1)),
        ["buffer, past the end"] = Outside("length", null, f => f.CreateBuffer(1, Length)),
        ["buffer, negative length"] = Outside("length", null, f => f.CreateBuffer(0, -1)),
        ["buffer, negative index"] = Outside("index", "5 bytes", f => _ = f.CreateBuffer(5, 5)[-1]),
        ["buffer, index past the end"] = Outside("index", "5 bytes", f => _ = f.CreateBuffer(5, 5)[5]),
        ["buffer, slice past the end"] = Outside("length", "5 bytes", f => f.CreateBuffer(5, 5).Slice(1, 5)),
        ["buffer, slice before the start"] = Outside("offset", "5 bytes", f => f.CreateBuffer(5, 5).Slice(-1, 1)),
        ["buffer, copy from past the end"] =
            Outside("offset", "5 bytes", f => f.CreateBuffer(5, 5).CopyTo(6, new byte[1])),
        ["buffer, array past the end"] = Outside("length", "5 bytes", f => f.CreateBuffer(5, 5).ToArray(1, 5)),
        ["buffer, array of negative length"] = Outside("length", "5 bytes", f => f.CreateBuffer(5, 5).ToArray(1, -1)),
        ["cursor, negative offset"] =
            new(typeof(ArgumentOutOfRangeException), "offset", "The offset -1 is negative; '",
                f => f.CreateCursor().MoveTo(-1)),
        ["cursor, negative length"] =
            new(typeof(ArgumentOutOfRangeException), "length", null, f => f.CreateCursor().MoveTo(0, -1)),
        ["reader, negative offset"] = Outside("Offset", "10000 bytes", f => f.CreatePipeReader(new() { Offset = -1 })),
        ["reader, offset past the end"] =
            Outside("Offset", "10000 bytes", f => f.CreatePipeReader(new() { Offset = Length + 1 })),
        ["reader, past the end"] =
            Outside("Length", "10000 bytes", f => f.CreatePipeReader(new() { Offset = 1, Length = Length })),
        ["reader, negative read-ahead"] = Outside("ReadAhead", null, f => f.CreatePipeReader(new() { ReadAhead = -1 })),
        ["reader, read when completed"] =
            new(typeof(InvalidOperationException), null, "completed", f => Completed(f).TryRead(out _)),
        ["reader, awaited when completed"] =
            new(typeof(InvalidOperationException), null, "completed", f => Completed(f).ReadAsync().AsTask()),
        ["reader, advanced when completed"] =
            new(typeof(InvalidOperationException), null, "completed", f => Completed(f).AdvanceTo(default)),
        ["reader, position of no buffer"] =
            new(typeof(InvalidOperationException), null, "consumed",
                f => f.CreatePipeReader().AdvanceTo(new SequencePosition(f, 0))),
        ["stream, negative offset"] = Outside("offset", "10000 bytes", f => f.OpenStream(-1)),
        ["stream, offset past the end"] = Outside("offset", "10000 bytes", f => f.OpenStream(Length + 1)),
        ["stream, past the end"] = Outside("length", "10000 bytes", f => f.OpenStream(1, Length)),
        ["stream, negative position"] = Outside("value", null, f => f.OpenStream().Position = -1),
        ["stream, seek before the start"] =
            new(typeof(IOException), null, "-1 bytes from 0", f => f.OpenStream(5).Seek(-1, SeekOrigin.Current)),
        ["stream, seek too far"] =
            new(typeof(IOException), null, "bytes from 10000", f => f.OpenStream().Seek(long.MaxValue, SeekOrigin.End)),
        ["stream, seek from nowhere"] =
            new(typeof(ArgumentException), "origin", null, f => f.OpenStream().Seek(0, (SeekOrigin)3)),
        ["stream, no buffer"] =
            new(typeof(ArgumentNullException), "buffer", null, f => _ = f.OpenStream().Read(null!, 0, 0)),
        ["stream, more than the buffer"] = Outside("count", null, f => _ = f.OpenStream().Read(new byte[5], 1, 5)),
        ["stream, copy to nowhere"] =
            new(typeof(ArgumentNullException), "destination", null, f => f.OpenStream().CopyTo(null!)),
        ["stream, write"] =
            new(typeof(NotSupportedException), null, "reading only", f => f.OpenStream().Write(new byte[1], 0, 1)),
        ["stream, new length"] =
            new(typeof(NotSupportedException), null, "reading only", f => f.OpenStream().SetLength(1)),
        ["sequence, position of no sequence"] =
            Outside("position", null, f => f.LeaseSequence(0, 0).GetOffset(new SequencePosition(f, 0))),
        ["open, null path"] = new(typeof(ArgumentNullException), "path", null, f => f.Manager.Open((string)null!)),
        ["open, empty path"] = new(typeof(ArgumentException), "path", null, f => f.Manager.Open("")),
        ["open, path with a zero"] = new(typeof(ArgumentException), "path", null, f => f.Manager.Open("a\0b")),
        ["open, null handle"] =
            new(typeof(ArgumentNullException), "handle", null, f => f.Manager.Open((SafeFileHandle)null!)),
        ["open, invalid handle"] =
            new(typeof(ArgumentException), "handle", "not valid", f => f.Manager.Open(new SafeFileHandle(-1, false))),
        ["open, backing"] =
            new(typeof(ArgumentOutOfRangeException), "Backing", "Auto, Map, Copy or TruncationSafe",
                f => f.Manager.Open(f.Path!, new MappedFileOptions { Backing = (Backing)4 })),
        ["open, access"] =
            new(typeof(ArgumentOutOfRangeException), "Access", "Normal, Sequential or Random",
                f => f.Manager.Open(f.Path!, new MappedFileOptions { Access = (AccessPattern)(-1) })),
        ["release, null"] = new(typeof(ArgumentNullException), "pathPrefix", null, f => f.Manager.Release(null!)),
        ["release, path with a zero"] =
            new(typeof(ArgumentException), "pathPrefix", null, f => f.Manager.Release("a\0b")),
        ["release, empty"] = new(typeof(ArgumentException), "pathPrefix", null, f => f.Manager.Release("")),
        ["window, negative"] = Option("WindowSize", new() { WindowSize = -1 }),
        ["window, no power of two"] = Option("WindowSize", new() { WindowSize = 3 << 20 }),
        ["window, too small"] = Option("WindowSize", new() { WindowSize = 2048 }),
        ["window, too large"] = Option("WindowSize", new() { WindowSize = 1L << 31 }),
        ["overlap, negative"] = Option("Overlap", new() { Overlap = -1 }),
        ["overlap, more than the window"] =
            Option("Overlap", new() { WindowSize = 64 << 10, Overlap = (64 << 10) + 1 }),
        ["overlap, of whole files"] =
            Option("Overlap", new() { WindowSize = MapManagerOptions.WholeFile, Overlap = int.MaxValue }),
        ["bytes, none"] = Option("MaxMappedBytes", new() { MaxMappedBytes = 0 }),
        ["bytes, negative"] = Option("MaxMappedBytes", new() { MaxMappedBytes = long.MinValue }),
        ["regions, none"] = Option("MaxRegions", new() { MaxRegions = 0 }),
        ["handles, negative"] = Option("MaxOpenHandles", new() { MaxOpenHandles = -1 }),
        ["over budget, unknown"] = Option("OverBudget", new() { OverBudget = (OverBudget)7 }),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void WhatIsWrongIsRefusedWithItsNameAndNothingIsTouched(string name)
    {
        Case wrong = s_cases[name];
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        Exception thrown = Unwrap(Assert.ThrowsAny<Exception>(() => wrong.Call(file)));
        Assert.IsType(wrong.Exception, thrown);
        if (wrong.Parameter is not null)
            Assert.Equal(wrong.Parameter, Assert.IsAssignableFrom<ArgumentException>(thrown).ParamName);
        if (wrong.Fragment is not null) Assert.Contains(wrong.Fragment, thrown.Message);
        if (NamesTheFile(wrong)) Assert.Contains(sample.Path, thrown.Message);
        Assert.Equal(0, manager.GetStatistics().Misses);
    }

    [Fact]
    public void EverySortOfObjectRefusesItsUseAfterDisposalOnAnyThread()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        MappedFile file = manager.Open(sample.Path), kept = manager.Open(sample.Path);
        MemoryLease lease = file.LeaseMemory(0, 10);
        ReadOnlyMemory<byte> memory = lease.Memory;
        SequenceLease sequence = file.LeaseSequence(0, 10);
        WindowCursor cursor = kept.CreateCursor(), idle = file.CreateCursor();
        cursor.MoveTo(5);
        MappedBuffer buffer = kept.CreateBuffer(0, 100);
        Assert.Equal(SampleFile.At(7), buffer[7]);
        Stream stream = kept.OpenStream();
        Assert.Equal(SampleFile.At(0), stream.ReadByte());
        foreach (IDisposable one in (IDisposable[])[lease, sequence, cursor, buffer, stream, file])
        {
            one.Dispose();
            one.Dispose();
        }

        Action[] uses =
        [
            () => _ = lease.Span, () => _ = memory.Span, () => memory.Pin(), () => _ = memory.Slice(1, 2).Span,
            () => _ = sequence.Sequence.FirstSpan[0],
            () => cursor.MoveTo(0), () => cursor.Clone(),
            () => _ = buffer[7], () => buffer.Slice(0, 1), () => buffer.CopyTo(0, new byte[1]),
            () => buffer.ToArray(0, 1),
            () => file.LeaseSpan(0, 1).Dispose(), () => file.LeaseSpan(0, 0).Dispose(),
            () => file.LeaseMemory(0, 1), () => file.LeaseMemory(-1, -1),
            () => file.LeaseSequence(0, 1), () => file.Read(0, new byte[1]), () => file.CreateCursor(),
            () => file.CreateBuffer(),
            () => file.Prefetch(0, 1), () => file.LoadAsync(0, 1).Wait(), () => file.Refresh(), () => idle.MoveTo(0),
            () => file.OpenStream(), () => file.CreatePipeReader(),
            () => _ = stream.Length, () => stream.Position = 0, () => stream.Seek(0, SeekOrigin.Begin),
            () => stream.ReadByte(), () => _ = stream.Read(new byte[1], 0, 1),
            () => stream.CopyTo(Stream.Null), () => stream.Flush(), () => stream.SetLength(0), () => stream.Write([]),
        ];
        RefusedHereAndOnAnotherThread(uses);
        // Members that need no mapping still answer.
        Assert.Equal((0L, 10), (lease.Offset, lease.Length));
        Assert.False(cursor.IsValid);
        Assert.True(cursor.Span.IsEmpty);
        Assert.Equal(Length, file.Length);

        using var other = new MapManager();
        using MappedFile orphan = other.Open(sample.Path);
        MemoryLease outlives = orphan.LeaseMemory(0, 10);
        WindowCursor moved = orphan.CreateCursor();
        moved.MoveTo(0);
        using Stream orphaned = orphan.OpenStream();
        PipeReader reader = orphan.CreatePipeReader();
        other.Dispose();
        RefusedHereAndOnAnotherThread(
        [
            () => other.Open(sample.Path), () => orphan.LeaseSpan(0, 1).Dispose(),
            () => orphan.LeaseSpan(0, 0).Dispose(), () => orphan.LeaseMemory(0, 1),
            () => orphan.LeaseSequence(0, 0), () => orphan.Read(0, new byte[1]), () => orphan.Refresh(),
            () => orphan.CreateCursor(), () => orphan.CreateBuffer(),
            () => orphan.Prefetch(0, 1), () => orphan.LoadAsync(0, 1).Wait(),
            () => orphan.OpenStream(), () => orphan.CreatePipeReader(),
            () => other.OpenStream(sample.Path), () => other.OpenPipeReader(sample.Path),
            () => orphaned.ReadByte(), () => orphaned.CopyTo(Stream.Null),
            () => reader.TryRead(out _), () => reader.ReadAsync().AsTask().GetAwaiter().GetResult(),
        ]);
        reader.Complete();
        SampleFile.AssertBytes(outlives.Span, 0);
        SampleFile.AssertBytes(moved.Span, 0);
        outlives.Dispose();
        moved.Dispose();
        Assert.True(other.GetStatistics() is { Regions: 0, MappedBytes: 0, LiveHeapLeases: 0 });
        Assert.Equal(0, other.Trim());
        Assert.NotEmpty(other.Dump());
    }

    [Fact]
    public void AnEndedSpanLeaseThrowsAndItsCopyEndsNothingElse()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        SpanLease lease = file.LeaseSpan(0, 10);
        SpanLease copy = lease;
        lease.Dispose();
        lease.Dispose();
        bool thrown = false;
        try
        {
            _ = lease.Span;
        }
        catch (ObjectDisposedException)
        {
            thrown = true;
        }

        Assert.True(thrown);
        using SpanLease other = file.LeaseSpan(20, 10);
        copy.Dispose();
        Assert.Equal(0, manager.Trim());
        SampleFile.AssertBytes(other.Span, 20);
    }

    private static void RefusedHereAndOnAnotherThread(Action[] uses)
    {
        var wrong = new List<string>();
        void Try()
        {
            for (int i = 0; i < uses.Length; i++)
            {
                try
                {
                    uses[i]();
                    wrong.Add($"use {i} went through");
                }
                catch (Exception e)
                {
                    if (Unwrap(e) is not ObjectDisposedException) wrong.Add($"use {i}: {e.GetType()} {e.Message}");
                }
            }
        }

        Try();
        var thread = new Thread(Try);
        thread.Start();
        thread.Join();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static Exception Unwrap(Exception e) => e is AggregateException { InnerException: { } inner } ? inner : e;

    private static bool NamesTheFile(Case wrong) => wrong.Exception == typeof(ArgumentOutOfRangeException)
        && wrong.Parameter is "index" || wrong.Fragment?.Contains("bytes") == true;

    private static PipeReader Completed(MappedFile file)
    {
        PipeReader reader = file.CreatePipeReader();
        reader.Complete();
        reader.Complete();
        return reader;
    }

    private static Case Outside(string parameter, string? fragment, Action<MappedFile> call) =>
        new(typeof(ArgumentOutOfRangeException), parameter, fragment, call);

    private static Case Option(string name, MapManagerOptions options) =>
        new(typeof(ArgumentOutOfRangeException), name, null, _ => new MapManager(options).Dispose());
}
