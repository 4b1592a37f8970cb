// The subject is the result of each overload.
#pragma warning disable CA1835, CA2022

using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <content>Unsupported operations, cancelled tokens, and the state after the end of the stream.</content>
public static partial class StreamCases
{
    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Refusing()
    {
        (string Name, Func<Stream, Task> Write)[] writes =
        [
            ("Write(array)", stream => Done(() => stream.Write(new byte[1], 0, 1))),
            ("Write(span)", stream => Done(() => stream.Write([1]))),
            ("WriteByte", stream => Done(() => stream.WriteByte(1))),
            ("WriteAsync(array)", stream => stream.WriteAsync(new byte[1], 0, 1, CancellationToken.None)),
            ("WriteAsync(memory)", stream => stream.WriteAsync(new byte[1], CancellationToken.None).AsTask()),
            ("BeginWrite", stream => Done(() => stream.EndWrite(stream.BeginWrite(new byte[1], 0, 1, null, null)))),
            ("SetLength", stream => Done(() => stream.SetLength(1))),
        ];
        foreach ((string name, Func<Stream, Task> write) in writes)
            yield return ($"{name}: not supported", Refused<NotSupportedException>(null, write));

        (string Name, Func<Stream, Task> Use)[] canceled =
        [
            ("ReadAsync(array)", stream => stream.ReadAsync(new byte[5], 0, 5, s_canceled)),
            ("ReadAsync(memory)", stream => stream.ReadAsync(new byte[5], s_canceled).AsTask()),
            ("ReadAtLeastAsync", stream =>
                stream.ReadAtLeastAsync(new byte[5], 5, cancellationToken: s_canceled).AsTask()),
            ("ReadExactlyAsync", stream => stream.ReadExactlyAsync(new byte[5], s_canceled).AsTask()),
            ("CopyToAsync", stream => stream.CopyToAsync(new MemoryStream(), s_canceled)),
        ];
        foreach ((string name, Func<Stream, Task> use) in canceled)
            yield return ($"{name}: canceled before it begins", subject => IsCanceled(subject, use));

        yield return ("it reads and seeks, and neither writes nor waits", subject => Opened(subject, stream =>
        {
            Assert.Equal((true, true), (stream.CanRead, stream.CanSeek));
            Assert.Equal((false, false), (stream.CanWrite, stream.CanTimeout));
        }));
        yield return ("it has no times to wait", subject => Opened(subject, stream =>
        {
            Assert.Throws<InvalidOperationException>(() => stream.ReadTimeout);
            Assert.Throws<InvalidOperationException>(() => stream.ReadTimeout = 1);
            Assert.Throws<InvalidOperationException>(() => stream.WriteTimeout);
            Assert.Throws<InvalidOperationException>(() => stream.WriteTimeout = 1);
        }));
        yield return ("Flush: does nothing", async subject =>
        {
            using Stream stream = subject.Open();
            stream.Position = 7;
            stream.Flush();
            await stream.FlushAsync(CancellationToken.None);
            Assert.Equal(7, stream.Position);
        }
        );
    }

    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Ending()
    {
        (string Name, Func<Stream, Task> End)[] ends =
        [
            ("Dispose", stream => Done(stream.Dispose)),
            ("DisposeAsync", stream => stream.DisposeAsync().AsTask()),
            ("Close", stream => Done(stream.Close)),
        ];
        foreach ((string name, Func<Stream, Task> end) in ends)
        {
            yield return ($"{name}: it can nothing any more", async subject =>
            {
                Stream stream = subject.Open();
                stream.ReadByte();
                await end(stream);
                Assert.Equal((false, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
            }
            );
            yield return ($"{name}: repeated and mixed", async subject =>
            {
                Stream stream = subject.Open();
                foreach ((_, Func<Stream, Task> other) in ends)
                {
                    await end(stream);
                    await other(stream);
                }
            }
            );
            yield return ($"{name}: others of the same content go on", subject => OthersGoOn(subject, end));
        }

        (string Name, Action<Stream> Use)[] uses =
        [
            ("Length", stream => _ = stream.Length),
            ("Position", stream => _ = stream.Position),
            ("setting Position", stream => stream.Position = 1),
            ("Seek", stream => stream.Seek(0, SeekOrigin.Begin)),
            ("ReadExactly", stream => stream.ReadExactly(new byte[1])),
        ];
        foreach ((string name, Action<Stream> use) in uses)
        {
            yield return ($"{name}: after the end of the stream's life", subject => IsRefused(subject, use));
        }
    }

    private static async Task OthersGoOn(StreamSubject subject, Func<Stream, Task> end)
    {
        using Stream other = subject.Open();
        other.ReadByte();
        Stream stream = subject.Open();
        stream.ReadByte();
        await end(stream);
        Assert.Equal(subject.Content[1], other.ReadByte());
    }

    private static Task IsRefused(StreamSubject subject, Action<Stream> use)
    {
        Stream stream = subject.Open();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => use(stream));
        return Task.CompletedTask;
    }

    private static async Task IsCanceled(StreamSubject subject, Func<Stream, Task> use)
    {
        using Stream stream = subject.Open();
        stream.Position = 5;
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => use(stream));
        Assert.Equal(s_canceled, e.CancellationToken);
        Assert.Equal(5, stream.Position);
        Assert.Equal(subject.Content[5], stream.ReadByte());
    }

    private static Task Done(Action use)
    {
        use();
        return Task.CompletedTask;
    }
}
