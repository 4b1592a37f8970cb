using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <content>Seeking, and handing all to another stream.</content>
public static partial class StreamCases
{
    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Seeking()
    {
        foreach (SeekOrigin origin in Enum.GetValues<SeekOrigin>())
        {
            yield return ($"Seek from {origin}: to every edge", subject => SeeksToEdges(subject, origin));
            yield return ($"Seek from {origin}: past the end is allowed", subject => SeeksPastTheEnd(subject, origin));
            yield return ($"Seek from {origin}: before the start is not", Refused<IOException>(null, stream =>
                Task.FromResult(stream.Seek(-1 - Base(stream, origin), origin))));
            yield return ($"Seek from {origin}: by nothing", async subject =>
            {
                using Stream stream = subject.Open();
                await stream.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken);
                Assert.Equal(Base(stream, origin), stream.Seek(0, origin));
            }
            );
        }

        yield return ("Seek: from somewhere else", Refused<ArgumentException>("origin", stream =>
            Task.FromResult(stream.Seek(0, (SeekOrigin)3))));
        yield return ("Position: below 0", Refused<ArgumentOutOfRangeException>("value", stream =>
            Task.FromResult(stream.Position = -1)));
        yield return ("Position: what is set is told and read from", subject =>
        {
            using Stream stream = subject.Open();
            foreach (int edge in subject.Edges.Reverse())
            {
                stream.Position = edge;
                Assert.Equal(edge, stream.Position);
                Assert.Equal(subject.Content[edge], stream.ReadByte());
                Assert.Equal(edge + 1, stream.Position);
            }

            return Task.CompletedTask;
        }
        );
        yield return ("Position: at first the start", subject => Opened(subject, stream =>
            Assert.Equal(0, stream.Position)));
        yield return ("Length: that of the content, wherever it stands", subject => Opened(subject, stream =>
        {
            foreach (int edge in subject.Edges)
            {
                stream.Position = edge + 100_000;
                Assert.Equal(subject.Content.Length, stream.Length);
            }
        }));
        yield return ("a walk at random", subject => Opened(subject, stream =>
        {
            var random = new Random(11);
            for (int i = 0; i < 2_000; i++)
            {
                int at = random.Next(subject.Content.Length);
                if (i % 2 == 0) stream.Seek(at - stream.Position, SeekOrigin.Current);
                else stream.Seek(at - subject.Content.Length, SeekOrigin.End);
                Assert.Equal(subject.Content[at], stream.ReadByte());
            }
        }));
    }

    private static IEnumerable<(string Name, Func<StreamSubject, Task> Check)> Copying()
    {
        (string Name, Func<Stream, Stream, int, Task> Copy)[] ways =
        [
            ("CopyTo", (from, to, size) =>
            {
                from.CopyTo(to, size);
                return Task.CompletedTask;
            }),
            ("CopyToAsync", (from, to, size) => from.CopyToAsync(to, size, TestContext.Current.CancellationToken)),
        ];
        foreach ((string name, Func<Stream, Stream, int, Task> copy) in ways)
        {
            foreach (int size in (int[])[1, 81_920])
            {
                yield return ($"{name}: the rest from each edge, {size} at a time", subject =>
                    CopiesTheRest(subject, copy, size));
            }

            yield return ($"{name}: at and past the end nothing", async subject =>
            {
                using Stream stream = subject.Open();
                foreach (int past in (int[])[0, 1000])
                {
                    using var copied = new MemoryStream();
                    stream.Position = subject.Content.Length + past;
                    await copy(stream, copied, 100);
                    Assert.Equal((0, subject.Content.Length + past), (copied.Length, stream.Position));
                }
            }
            );
            yield return ($"{name}: to nowhere", Refused<ArgumentNullException>("destination", s =>
                copy(s, null!, 100)));
            foreach (int size in (int[])[0, -1])
            {
                yield return ($"{name}: {size} at a time", Refused<ArgumentOutOfRangeException>("bufferSize", s =>
                    copy(s, new MemoryStream(), size)));
            }

            yield return ($"{name}: to one that is closed", Refused<ObjectDisposedException>(null, stream =>
            {
                var closed = new MemoryStream();
                closed.Dispose();
                return copy(stream, closed, 100);
            }));
            yield return ($"{name}: to one that is for reading", Refused<NotSupportedException>(null, stream =>
                copy(stream, new MemoryStream([1, 2, 3], writable: false), 100)));
            yield return ($"{name}: after the end of the stream's life", async subject =>
            {
                Stream stream = subject.Open();
                stream.Dispose();
                await Assert.ThrowsAsync<ObjectDisposedException>(() => copy(stream, new MemoryStream(), 100));
            }
            );
        }
    }

    private static async Task CopiesTheRest(StreamSubject subject, Func<Stream, Stream, int, Task> copy, int size)
    {
        using Stream stream = subject.Open();
        foreach (int edge in subject.Edges)
        {
            using var copied = new MemoryStream();
            stream.Position = edge;
            await copy(stream, copied, size);
            Assert.True(subject.Content.AsSpan(edge).SequenceEqual(copied.ToArray()), $"Another rest from {edge} on.");
            Assert.Equal(subject.Content.Length, stream.Position);
            Assert.Equal(-1, stream.ReadByte());
        }
    }

    private static Task SeeksToEdges(StreamSubject subject, SeekOrigin origin) => Opened(subject, stream =>
    {
        foreach (int edge in subject.Edges.Concat(subject.Edges.Reverse()))
        {
            Assert.Equal(edge, stream.Seek(edge - Base(stream, origin), origin));
            Assert.Equal(edge, stream.Position);
            Assert.Equal(subject.Content[edge], stream.ReadByte());
        }
    });

    private static Task SeeksPastTheEnd(StreamSubject subject, SeekOrigin origin) => Opened(subject, stream =>
    {
        foreach (long past in (long[])[subject.Content.Length, subject.Content.Length + 1L, int.MaxValue, 1L << 40])
        {
            Assert.Equal(past, stream.Seek(past - Base(stream, origin), origin));
            Assert.Equal(-1, stream.ReadByte());
            Assert.Equal(past, stream.Position);
        }

        Assert.Equal(0, stream.Seek(-Base(stream, origin), origin));
        Assert.Equal(subject.Content[0], stream.ReadByte());
    });

    /// <summary>The position that a seek counts from.</summary>
    private static long Base(Stream stream, SeekOrigin origin) => origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => stream.Position,
        _ => stream.Length,
    };

    private static Task Opened(StreamSubject subject, Action<Stream> use)
    {
        using Stream stream = subject.Open();
        use(stream);
        return Task.CompletedTask;
    }
}
