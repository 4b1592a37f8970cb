using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Serves a file, and ranges of it, to clients that take their time: a slow client holds one window.</summary>
public static class RangeServer
{
    private static readonly string[] s_addresses = ["/file", "/stream", "/pipe"];

    /// <summary>A server on a free port, with one file at three addresses.</summary>
    public static WebApplication Build(MapManager manager, MappedFile file)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");

        // ASP.NET Core reads the range of the request and disposes the stream; the file closes with the response.
        server.MapGet("/stream", (HttpContext context) =>
        {
            MappedFile opened = manager.Open(file.Path!);
            context.Response.RegisterForDispose(opened);
            return Results.Stream(opened.OpenStream(), enableRangeProcessing: true);
        });

        // The windows themselves are handed to the response; the file stays open as long as the server.
        server.MapFileRange("/pipe", file);

        // The framework's own way, to compare with: the system copies from its cache into the socket.
        server.MapGet("/file", () => Results.File(file.Path!, enableRangeProcessing: true));
        return server;
    }

    /// <summary>Makes a file and serves it to quick and to slow clients. Argument: how many MiB it has.</summary>
    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        int mebibytes = arguments is [string count] ? int.Parse(count, null) : 64;
        string path = Path.Combine(Path.GetTempPath(), $"served-{Guid.NewGuid():N}");
        try
        {
            WordCount.Write(path, (long)mebibytes << 20);
            using MapManager manager = SmallWindows();
            using MappedFile file = manager.Open(path);
            await using WebApplication server = Build(manager, file);
            await server.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
            output.WriteLine($"{mebibytes} MiB in ranges of 1 MiB");
            Figures.Compare<long>(output, 5, [.. s_addresses.Select(address => (address, Take(address)))]);
            foreach (string address in s_addresses[1..])
            {
                Stream[] slow = await StartSlowClientsAsync(client, address, count: 32);
                MapStatistics held = manager.GetStatistics();
                long sent = await TakeRestAsync(slow) >> 20;
                string holding = $"{held.LiveHeapLeases} leases, {held.MappedBytes >> 10} KiB mapped";
                output.WriteLine($"{address}: 32 slow clients, {holding}, {sent} MiB sent");
            }

            await server.StopAsync();
            Func<long> Take(string address) => () => TakeInRangesAsync(client, address, file.Length).Result;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Small windows, because each slow client holds one.</summary>
    public static MapManager SmallWindows() =>
        new(new MapManagerOptions { WindowSize = 256 << 10, MaxMappedBytes = 16 << 20 });

    /// <summary>Clients that read the first byte of the file, and the rest by <see cref="TakeRestAsync"/>.</summary>
    public static async Task<Stream[]> StartSlowClientsAsync(HttpClient client, string address, int count)
    {
        Stream[] bodies = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => client.GetStreamAsync(address)));
        await Task.WhenAll(bodies.Select(body => body.ReadExactlyAsync(new byte[1]).AsTask()));
        return bodies;
    }

    /// <summary>Reads all bodies to their end and returns the bytes of all, with the first ones.</summary>
    public static async Task<long> TakeRestAsync(Stream[] bodies)
    {
        long[] taken = await Task.WhenAll(bodies.Select(async body =>
        {
            await using Stream rest = body;
            byte[] buffer = new byte[64 << 10];
            long bytes = 1;
            for (int read; (read = await rest.ReadAsync(buffer)) > 0; bytes += read) { }
            return bytes;
        }));
        return taken.Sum();
    }

    /// <summary>Takes a file in pieces, as a player or a downloader does, and returns how many bytes came.</summary>
    private static async Task<long> TakeInRangesAsync(HttpClient client, string address, long length)
    {
        const int Piece = 1 << 20;
        long taken = 0;
        for (long at = 0; at < length; at += Piece)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = new RangeHeaderValue(at, at + Piece - 1);
            using HttpResponseMessage response = await client.SendAsync(request);
            taken += (await response.Content.ReadAsByteArrayAsync()).Length;
        }

        return taken;
    }
}
