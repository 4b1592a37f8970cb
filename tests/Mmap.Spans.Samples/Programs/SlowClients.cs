namespace Mmap.Spans.Samples.Programs;

/// <summary>Clients that have begun to read a response, and read no further until they are told.</summary>
public sealed class SlowClients
{
    private readonly HttpResponseMessage[] _responses;
    private readonly Stream[] _bodies;

    private SlowClients(HttpResponseMessage[] responses, Stream[] bodies)
    {
        _responses = responses;
        _bodies = bodies;
    }

    /// <summary>Each asks for all of the file and takes its first byte.</summary>
    public static async Task<SlowClients> StartAsync(HttpClient client, string address, int count)
    {
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, count)
            .Select(_ => client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead)));
        Stream[] bodies = await Task.WhenAll(responses.Select(response => response.Content.ReadAsStreamAsync()));
        await Task.WhenAll(bodies.Select(body => body.ReadExactlyAsync(new byte[1]).AsTask()));
        return new SlowClients(responses, bodies);
    }

    /// <summary>All take the rest, which is checked by nobody but counted, with the first bytes.</summary>
    public async Task<long> TakeRestAsync()
    {
        long[] taken = await Task.WhenAll(_bodies.Select(TakeAsync));
        foreach (HttpResponseMessage response in _responses) response.Dispose();
        return taken.Sum();
    }

    private static async Task<long> TakeAsync(Stream body)
    {
        byte[] buffer = new byte[64 << 10];
        long taken = 1;
        for (int read; (read = await body.ReadAsync(buffer)) > 0; taken += read) { }
        return taken;
    }
}
