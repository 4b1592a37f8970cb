using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mmap.Spans.Samples.Programs;
using Xunit;

namespace Mmap.Spans.Samples;

/// <summary>Runs each sample on a file that it must know everything of, in windows that it must cross.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mmap-spans-sample-{Guid.NewGuid():N}");
    private readonly MapManager _manager =
        new(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxMappedBytes = 256 << 10 });

    public void Dispose()
    {
        MapStatistics left = _manager.GetStatistics();
        _manager.Dispose();
        File.Delete(_path);
        Assert.Equal(0, left.LiveHeapLeases);
    }

    [Fact]
    public async Task TheLogScannerFindsEveryLineAndItsOffset()
    {
        var text = new StringBuilder();
        var expected = new List<long>();
        for (int i = 0; i < 20_000; i++)
        {
            if (i % 97 == 0) expected.Add(text.Length);
            text.Append(i % 97 == 0 ? "ERROR" : "INFO").Append(" request ").Append(i).Append('\n');
        }

        long whole = text.Length;
        await File.WriteAllTextAsync(_path, text + "ERROR but not yet a wh");
        using MappedFile log = _manager.Open(_path);
        Scanned scanned = await LogScanner.ScanAsync(log, "ERROR");
        Assert.Equal((20_000, whole), (scanned.Lines, scanned.End));
        Assert.Equal(expected, scanned.Found);

        // The log grows, and the scan goes on where it stopped.
        await File.AppendAllTextAsync(_path, "ole line\nINFO another\n");
        Assert.Equal(FileChange.Grown, log.Refresh());
        scanned = await LogScanner.ScanAsync(log, "ERROR", scanned.End);
        Assert.Equal((2, log.Length), (scanned.Lines, scanned.End));
        Assert.Equal([whole], scanned.Found);
    }

    [Fact]
    public void TheLogFollowerReadsTheOldFileToItsEndAndThenTheNewOne()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be replaced by rename.");
        var read = new StringBuilder();
        File.WriteAllText(_path, "one\n");
        using var follower = new LogFollower(_manager, _path);
        File.Move(_path, _path + ".1");
        File.AppendAllText(_path + ".1", "two\n");
        File.WriteAllText(_path, "three\n");
        follower.Poll(bytes => read.Append(Encoding.UTF8.GetString(bytes)));
        follower.Poll(bytes => read.Append(Encoding.UTF8.GetString(bytes)));
        File.Delete(_path + ".1");
        Assert.Equal("one\ntwo\nthree\n", read.ToString());
    }

    [Fact]
    public void TheRecordReaderFindsEveryRecord()
    {
        Trade[] trades = [.. Enumerable.Range(0, 20_000).Select(i => new Trade(i / 3, i * 7L, i % 10, i))];
        File.WriteAllBytes(_path, MemoryMarshal.AsBytes(trades.AsSpan()));
        using MappedFile file = _manager.Open(_path, new MappedFileOptions { Access = AccessPattern.Random });
        var reader = new RecordReader(file);
        Assert.Equal(trades.Length, reader.Count);
        for (int i = 0; i < trades.Length; i += 7) Assert.Equal(trades[i], reader[i]);
        Assert.Equal(300, reader.FirstAt(100));
        Assert.Equal(trades.Length, reader.FirstAt(long.MaxValue));
        Assert.Equal(trades.Skip(1000).Take(15_000).Sum(trade => (long)trade.Amount), reader.TotalAmount(1000, 15_000));
    }

    [Fact]
    public void TheChunkParserGetsEveryChunk()
    {
        var random = new Random(5);
        var expected = new List<Chunk>();
        using (var writer = new BinaryWriter(File.Create(_path)))
        {
            for (int i = 0; i < 300; i++)
            {
                // Most are short; some are longer than a window.
                byte[] bytes = new byte[i % 50 == 7 ? 150_000 : random.Next(3000)];
                random.NextBytes(bytes);
                expected.Add(new Chunk(writer.BaseStream.Position, i, bytes.Length, ChunkParser.Hash(bytes)));
                writer.Write(bytes.Length);
                writer.Write(i);
                writer.Write(bytes);
            }
        }

        using (MappedFile file = _manager.Open(_path)) Assert.Equal(expected, ChunkParser.Parse(file));

        using (FileStream cut = File.OpenWrite(_path)) cut.SetLength(cut.Length - 1);
        using MappedFile shorter = _manager.Open(_path);
        Assert.Contains("cut off", Assert.Throws<InvalidDataException>(() => ChunkParser.Parse(shorter)).Message);
    }

    [Fact]
    public async Task TheEndpointSendsWhatIsAskedFor()
    {
        byte[] content = new byte[1_000_000];
        new Random(9).NextBytes(content);
        await File.WriteAllBytesAsync(_path, content);
        using MappedFile file = _manager.Open(_path);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.MapFileRange("/data", file);
        await application.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };

        await AssertSends(null, HttpStatusCode.OK, content, null);
        await AssertSends(new RangeHeaderValue(0, 0), HttpStatusCode.PartialContent, content[..1], "bytes 0-0/1000000");
        await AssertSends(new RangeHeaderValue(60_000, 300_000), HttpStatusCode.PartialContent,
            content[60_000..300_001], "bytes 60000-300000/1000000");
        await AssertSends(new RangeHeaderValue(999_000, null), HttpStatusCode.PartialContent, content[999_000..],
            "bytes 999000-999999/1000000");
        await AssertSends(new RangeHeaderValue(null, 70_000), HttpStatusCode.PartialContent, content[^70_000..],
            "bytes 930000-999999/1000000");
        await AssertSends(new RangeHeaderValue(10, 5_000_000), HttpStatusCode.PartialContent, content[10..],
            "bytes 10-999999/1000000");
        await AssertSends(new RangeHeaderValue(1_000_000, null), HttpStatusCode.RequestedRangeNotSatisfiable, [],
            "bytes */1000000");
        await application.StopAsync();

        async Task AssertSends(RangeHeaderValue? range, HttpStatusCode status, byte[] expected, string? contentRange)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/data");
            request.Headers.Range = range;
            using HttpResponseMessage response = await client.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
            Assert.Equal(contentRange, response.Content.Headers.ContentRange?.ToString());
            Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync());
        }
    }
}
