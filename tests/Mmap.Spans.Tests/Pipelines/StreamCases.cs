// The subject is the result of each overload of reading.
#pragma warning disable CA1835, CA2022

using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>
/// The behaviours of a read-only seekable stream of .NET: a table of a name and a check. <see cref="FileStream"/>
/// passes all of it, and so must ours in every setting.
/// </summary>
public static partial class StreamCases
{
    private static readonly CancellationToken s_canceled = new(canceled: true);

    /// <summary>The table.</summary>
    public static IReadOnlyDictionary<string, Func<StreamSubject, Task>> All { get; } =
        new[] { Reading(), Arguments(), Seeking(), Copying(), Refusing(), Ending() }
            .SelectMany(part => part)
            .ToDictionary(row => row.Name, row => row.Check);

    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Reading()
    {
        foreach (StreamWay way in StreamWay.All)
        {
            foreach (int size in (int[])[1, 97, LeakCheckedTest.Granule, (2 * LeakCheckedTest.Granule) + 1, 1 << 20])
                yield return ($"{way.Name}: all comes, in pieces of {size}", subject => AllComes(subject, way, size));
            yield return ($"{way.Name}: what lies around an edge", subject => EdgesCome(subject, way));
            yield return ($"{way.Name}: backwards", subject => ComesBackwards(subject, way));
            yield return ($"{way.Name}: at the end nothing comes", subject => NothingComes(subject, way, 0));
            yield return ($"{way.Name}: past the end nothing comes", subject => NothingComes(subject, way, 1000));
            yield return ($"{way.Name}: nothing is asked for", subject => NothingIsAsked(subject, way));
            yield return ($"{way.Name}: the array around it stays", subject => OnlyThePartIsWritten(subject, way));
            yield return ($"{way.Name}: after the end of the stream's life", subject => IsRefused(subject, way));
        }

        yield return ("ReadExactly: fills across edges", async subject =>
        {
            using Stream stream = subject.Open();
            byte[] bytes = new byte[subject.Content.Length - 1];
            stream.ReadExactly(bytes, 0, 10);
            await stream.ReadExactlyAsync(bytes, 10, bytes.Length - 10, TestContext.Current.CancellationToken);
            Assert.Equal(subject.Content[..^1], bytes);
        }
        );
        yield return ("ReadExactly: more than there is, is the end of the stream", async subject =>
        {
            using Stream stream = subject.Open();
            byte[] bytes = new byte[subject.Content.Length + 1];
            Assert.Throws<EndOfStreamException>(() => stream.ReadExactly(bytes));
            stream.Position = 1;
            await Assert.ThrowsAsync<EndOfStreamException>(async () => await stream.ReadExactlyAsync(bytes));
        }
        );
        yield return ("ReadAtLeast: more than there is, is the end of the stream", async subject =>
        {
            using Stream stream = subject.Open();
            byte[] bytes = new byte[subject.Content.Length + 1];
            Assert.Throws<EndOfStreamException>(() => stream.ReadAtLeast(bytes, bytes.Length));
            stream.Position = 1;
            await Assert.ThrowsAsync<EndOfStreamException>(async () =>
                await stream.ReadAtLeastAsync(bytes, bytes.Length));
        }
        );
        yield return ("two streams have two positions", async subject =>
        {
            using Stream first = subject.Open(), second = subject.Open();
            byte[] bytes = new byte[LeakCheckedTest.Granule];
            await first.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(0, second.Position);
            Assert.Equal(subject.Content[0], second.ReadByte());
            Assert.Equal(subject.Content[bytes.Length], first.ReadByte());
        }
        );
        yield return ("a synchronized one serves many threads", subject =>
        {
            using Stream stream = Stream.Synchronized(subject.Open());
            int sum = 0;
            TestThread.RunTogether(4, _ =>
            {
                while (stream.ReadByte() is >= 0 and int value) Interlocked.Add(ref sum, value);
            });
            Assert.Equal(subject.Content.Sum(value => value), sum);
            return Task.CompletedTask;
        }
        );
    }

    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Arguments()
    {
        foreach (StreamWay way in StreamWay.OfArrays)
        {
            yield return ($"{way.Name}: no array",
                Refused<ArgumentNullException>("buffer", s => way.Read(s, null!, 0, 1)));
            yield return ($"{way.Name}: an offset before the array",
                Refused<ArgumentOutOfRangeException>("offset", s => way.Read(s, new byte[5], -1, 1)));
            yield return ($"{way.Name}: a count below 0",
                Refused<ArgumentOutOfRangeException>("count", s => way.Read(s, new byte[5], 0, -1)));
            yield return ($"{way.Name}: a part past the array",
                Refused<ArgumentOutOfRangeException>("count", s => way.Read(s, new byte[5], 3, 3)));
        }

        yield return ("ReadExactly: no array", Refused<ArgumentNullException>("buffer", s =>
            s.ReadExactlyAsync(null!, 0, 1).AsTask()));
        yield return ("ReadAtLeast: less than nothing", Refused<ArgumentOutOfRangeException>("minimumBytes", s =>
            s.ReadAtLeastAsync(new byte[5], -1).AsTask()));
        yield return ("ReadAtLeast: more than the buffer", Refused<ArgumentOutOfRangeException>("minimumBytes", s =>
            s.ReadAtLeastAsync(new byte[5], 6).AsTask()));
        yield return ("EndRead: no result", Refused<ArgumentNullException>("asyncResult", s =>
            Task.FromResult(s.EndRead(null!))));
    }

    /// <summary>An error that names the parameter, and after it a stream that stands where it stood.</summary>
    private static Func<StreamSubject, Task> Refused<T>(string? parameter, Func<Stream, Task> use)
        where T : Exception => async subject =>
    {
        using Stream stream = subject.Open();
        stream.Position = 11;
        var e = await Assert.ThrowsAsync<T>(() => use(stream));
        if (parameter is not null) Assert.Equal(parameter, ((ArgumentException)(object)e).ParamName);
        Assert.Equal(11, stream.Position);
        Assert.Equal(subject.Content[11], stream.ReadByte());
    };

    private static async Task AllComes(StreamSubject subject, StreamWay way, int size)
    {
        using Stream stream = subject.Open();
        byte[] bytes = new byte[size];
        int at = 0;
        for (int read; (read = await way.Read(stream, bytes, 0, size)) > 0; at += read)
        {
            Assert.InRange(read, 1, size);
            Assert.Equal(at + read, stream.Position);
            bool isSame = subject.Content.AsSpan(at, read).SequenceEqual(bytes.AsSpan(0, read));
            Assert.True(isSame, $"Other bytes from {at} on.");
        }

        Assert.Equal((subject.Content.Length, subject.Content.LongLength), (at, stream.Length));
    }

    private static async Task EdgesCome(StreamSubject subject, StreamWay way)
    {
        using Stream stream = subject.Open();
        foreach (int edge in subject.Edges)
        {
            int from = Math.Max(edge - 3, 0), count = Math.Min(7, subject.Content.Length - from);
            byte[] bytes = new byte[count];
            stream.Position = from;
            Assert.Equal(count, await way.Read(stream, bytes, 0, count));
            Assert.Equal(subject.Content[from..(from + count)], bytes);
        }
    }

    private static async Task ComesBackwards(StreamSubject subject, StreamWay way)
    {
        using Stream stream = subject.Open();
        byte[] bytes = new byte[53];
        for (int at = subject.Content.Length - 53; at >= 0; at -= 53)
        {
            stream.Seek(at, SeekOrigin.Begin);
            Assert.Equal(53, await way.Read(stream, bytes, 0, 53));
            Assert.True(subject.Content.AsSpan(at, 53).SequenceEqual(bytes), $"Other bytes from {at} on.");
        }
    }

    private static async Task NothingComes(StreamSubject subject, StreamWay way, int past)
    {
        using Stream stream = subject.Open();
        stream.Position = subject.Content.Length + past;
        for (int time = 0; time < 3; time++) Assert.Equal(0, await way.Read(stream, new byte[10], 0, 10));
        Assert.Equal(subject.Content.Length + past, stream.Position);
        stream.Position = subject.Content.Length - 1;
        Assert.Equal(1, await way.Read(stream, new byte[10], 0, 10));
    }

    private static async Task NothingIsAsked(StreamSubject subject, StreamWay way)
    {
        using Stream stream = subject.Open();
        foreach (int edge in subject.Edges)
        {
            stream.Position = edge;
            Assert.Equal(0, await way.Read(stream, [], 0, 0));
            Assert.Equal(edge, stream.Position);
        }
    }

    private static async Task OnlyThePartIsWritten(StreamSubject subject, StreamWay way)
    {
        using Stream stream = subject.Open();
        byte[] bytes = [.. Enumerable.Repeat((byte)0xEE, 100)];
        stream.Position = LeakCheckedTest.Granule - 20;
        Assert.Equal(40, await way.Read(stream, bytes, 30, 40));
        Assert.Equal(subject.Content[(LeakCheckedTest.Granule - 20)..(LeakCheckedTest.Granule + 20)], bytes[30..70]);
        Assert.All(bytes[..30].Concat(bytes[70..]), one => Assert.Equal(0xEE, one));
    }

    private static async Task IsRefused(StreamSubject subject, StreamWay way)
    {
        Stream stream = subject.Open();
        stream.ReadByte();
        await stream.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => way.Read(stream, new byte[1], 0, 1));
    }
}
