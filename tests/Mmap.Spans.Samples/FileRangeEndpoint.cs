using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Mmap.Spans.Samples;

/// <summary>A file, or the range of it that a client asks for, sent from mapped windows.</summary>
/// <remarks>
/// Copying hands over a whole window, and a response keeps it until its client has taken it. So
/// <see cref="MapManagerOptions.WindowSize"/> is the cost of each slow client: open the file through a manager with
/// small windows, such as 256 KiB.
/// </remarks>
public static class FileRangeEndpoint
{
    /// <summary>Serves a file that stays open as long as the application.</summary>
    public static IEndpointConventionBuilder MapFileRange(
        this IEndpointRouteBuilder routes, string pattern, MappedFile file) =>
        routes.MapGet(pattern, context => SendAsync(context, file));

    private static async Task SendAsync(HttpContext context, MappedFile file)
    {
        HttpResponse response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = "application/octet-stream";
        FileRange sent = new(0, file.Length);
        // Several ranges at once may be answered with all of the file, and are.
        if (context.Request.GetTypedHeaders().Range is { Ranges: { Count: 1 } ranges } header && header.Unit == "bytes")
        {
            sent = RangeOf(ranges.Single(), file.Length);
            if (sent.Length == 0)
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Length}");
                return;
            }

            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange =
                string.Create(CultureInfo.InvariantCulture, $"bytes {sent.Offset}-{sent.End - 1}/{file.Length}");
        }

        response.ContentLength = sent.Length;
        PipeReader reader =
            file.CreatePipeReader(new MappedPipeReaderOptions { Offset = sent.Offset, Length = sent.Length });
        try
        {
            await reader.CopyToAsync(response.BodyWriter, context.RequestAborted);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>The part of the requested range that the file has; empty if the range begins past the end.</summary>
    private static FileRange RangeOf(RangeItemHeaderValue asked, long length)
    {
        // "-5" are the last five bytes, "5-" is all from the sixth on.
        long offset = asked.From ?? Math.Max(length - asked.To!.Value, 0);
        long last = asked.From is null ? length - 1 : Math.Min(asked.To ?? long.MaxValue, length - 1);
        return new FileRange(offset, Math.Max(last - offset + 1, 0));
    }
}
