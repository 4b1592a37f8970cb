using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <content>The behaviours of all readers in every use: a table of a name and a check.</content>
public abstract partial class PipeReaderContract
{
    private static readonly Dictionary<string, Func<PipeReader, Task>> s_table =
        new[] { Stepping(), Gathering(), Handing(), Looking(), Ending() }
            .SelectMany(part => part)
            .ToDictionary(row => row.Name, row => row.Check);

    /// <summary>The table's names.</summary>
    public static TheoryData<string> Behaviours => [.. s_table.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task AReaderBehavesAsOthersDo(string behaviour)
    {
        PipeReader reader = Create(s_content);
        await s_table[behaviour](reader);
        await reader.CompleteAsync();
        Assert.Equal(0, LiveLeases);
    }

    private static IEnumerable<(string Name, Func<PipeReader, Task> Check)> Stepping()
    {
        (string Name, Func<PipeReader, int, ValueTask<ReadResult>> Read)[] ways =
        [
            ("ReadAsync", (reader, _) => reader.ReadAsync(Token)),
            ("TryRead, else ReadAsync", (reader, _) =>
                reader.TryRead(out ReadResult result) ? new ValueTask<ReadResult>(result) : reader.ReadAsync(Token)),
            ("ReadAtLeastAsync of 1", (reader, _) => reader.ReadAtLeastAsync(1, Token)),
            ("ReadAtLeastAsync of a step", (reader, step) => reader.ReadAtLeastAsync(step, Token)),
        ];
        foreach ((string name, Func<PipeReader, int, ValueTask<ReadResult>> read) in ways)
        {
            foreach (int step in (int[])[1, 97, Granule - 1, Granule, Granule + 1, (2 * Granule) + 300])
            {
                yield return ($"{name}: in steps of {step}", reader =>
                    AllComes(reader, read, step, examinesAll: false));
                yield return ($"{name}: in steps of {step}, all examined", reader =>
                    AllComes(reader, read, step, examinesAll: true));
            }
        }
    }

    private static IEnumerable<(string Name, Func<PipeReader, Task> Check)> Gathering()
    {
        foreach (int from in (int[])[1, Granule - 1, Granule, Granule + 1, (2 * Granule) + 255])
        {
            foreach (int wanted in (int[])[1, 300, Granule + 1, s_content.Length])
            {
                yield return ($"at least {wanted} bytes from {from} on", async reader =>
                {
                    await ConsumeAsync(reader, from);
                    ReadResult result = await reader.ReadAtLeastAsync(wanted, Token);
                    AssertShows(result, from, (int)result.Buffer.Length);
                    Assert.InRange(result.Buffer.Length, Math.Min(wanted, s_content.Length - from), s_content.Length);
                }
                );
            }
        }
    }

    private static IEnumerable<(string Name, Func<PipeReader, Task> Check)> Handing()
    {
        foreach (int from in (int[])[0, 1, Granule - 1, Granule, Granule + 1, s_content.Length - 1, s_content.Length])
        {
            yield return ($"the rest from {from} on goes to a stream", async reader =>
            {
                await ConsumeAsync(reader, from);
                using var copied = new MemoryStream();
                await reader.CopyToAsync(copied, Token);
                Assert.Equal(s_content[from..], copied.ToArray());
            }
            );
            yield return ($"the rest from {from} on goes to a writer", async reader =>
            {
                await ConsumeAsync(reader, from);
                var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
                await reader.CopyToAsync(pipe.Writer, Token);
                await pipe.Writer.CompleteAsync();
                ReadResult written = await pipe.Reader.ReadAtLeastAsync(int.MaxValue, Token);
                Assert.Equal(s_content[from..], written.Buffer.ToArray());
            }
            );
        }

        foreach (StreamWay way in StreamWay.All)
        {
            foreach (int size in (int[])[97, 1 << 20])
                yield return ($"as a stream, by {way.Name} of {size}", reader => AllComesByStream(reader, way, size));
        }

        yield return ("a stream that leaves it open", async reader =>
        {
            Stream stream = reader.AsStream(leaveOpen: true);
            Assert.Equal(s_content[0], stream.ReadByte());
            await stream.DisposeAsync();
            Assert.Equal(s_content[1], (await reader.ReadAsync(Token)).Buffer.FirstSpan[0]);
        }
        );
    }

    private static IEnumerable<(string Name, Func<PipeReader, Task> Check)> Looking()
    {
        yield return ("a sequence reader finds every byte of a kind", async reader =>
        {
            ReadResult result = await reader.ReadAtLeastAsync(s_content.Length, Token);
            Assert.Equal(s_content.Count(value => value == 7), CountOf(7, result.Buffer));
        }
        );
        yield return ("a position keeps its place in the buffer", async reader =>
        {
            ReadResult result = await reader.ReadAtLeastAsync(s_content.Length, Token);
            foreach (int at in (int[])[0, 1, Granule - 1, Granule, Granule + 1, (3 * Granule) + 99])
            {
                ReadOnlySequence<byte> rest = result.Buffer.Slice(result.Buffer.GetPosition(at));
                Assert.Equal(s_content[at], rest.FirstSpan[0]);
                Assert.Equal(s_content.Length - at, rest.Length);
            }
        }
        );
        yield return ("slices across edges are what lies there", async reader =>
        {
            ReadResult result = await reader.ReadAtLeastAsync(s_content.Length, Token);
            for (int at = 0; at < s_content.Length - 40; at += 39)
                Assert.Equal(s_content[at..(at + 40)], result.Buffer.Slice(at, 40).ToArray());
        }
        );
    }

    private static IEnumerable<(string Name, Func<PipeReader, Task> Check)> Ending()
    {
        yield return ("completed before anything is read", reader => reader.CompleteAsync().AsTask());
        yield return ("completed with a buffer in hand", async reader => await reader.ReadAsync(Token));
        yield return ("completed with an error", async reader =>
        {
            await reader.ReadAsync(Token);
            await reader.CompleteAsync(new InvalidDataException());
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync(Token));
        }
        );
        yield return ("completed after a half", async reader =>
        {
            await ConsumeAsync(reader, s_content.Length / 2);
            await reader.CompleteAsync();
            Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        }
        );
    }

    private static async Task AllComes(
        PipeReader reader, Func<PipeReader, int, ValueTask<ReadResult>> read, int step, bool examinesAll)
    {
        for (int at = 0, reads = 0; ; reads++)
        {
            Assert.InRange(reads, 0, s_content.Length + 10);
            ReadResult result = await read(reader, step);
            ReadOnlySequence<byte> buffer = result.Buffer;
            int taken = (int)Math.Min(step, buffer.Length);
            Assert.False(result.IsCanceled);
            bool isSame = s_content.AsSpan(at, taken).SequenceEqual(buffer.Slice(0, taken).ToArray());
            Assert.True(isSame, $"Other bytes from {at} on.");
            at += taken;
            SequencePosition consumed = buffer.GetPosition(taken);
            bool isEnd = result.IsCompleted && taken == buffer.Length;
            reader.AdvanceTo(consumed, examinesAll ? buffer.End : consumed);
            if (!isEnd) continue;
            Assert.Equal(s_content.Length, at);
            return;
        }
    }

    private static async Task AllComesByStream(PipeReader reader, StreamWay way, int size)
    {
        Stream stream = reader.AsStream();
        byte[] bytes = new byte[size];
        using var copied = new MemoryStream();
        for (int read; (read = await way.Read(stream, bytes, 0, size)) > 0;) copied.Write(bytes, 0, read);
        Assert.Equal(s_content, copied.ToArray());
    }

    private static async Task ConsumeAsync(PipeReader reader, int length)
    {
        if (length == 0) return;
        ReadResult result = await reader.ReadAtLeastAsync(length, Token);
        reader.AdvanceTo(result.Buffer.GetPosition(length));
    }

    private static int CountOf(byte value, ReadOnlySequence<byte> buffer)
    {
        int count = 0;
        for (var reader = new SequenceReader<byte>(buffer); reader.TryAdvanceTo(value);) count++;
        return count;
    }
}
