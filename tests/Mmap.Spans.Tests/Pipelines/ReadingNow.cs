using System.IO.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Reads that must complete at once, as all of ours do.</summary>
internal static class ReadingNow
{
    public static ReadResult ReadNow(this PipeReader reader) => reader.ReadAsync(CancellationToken.None).Now();

    public static T Now<T>(this ValueTask<T> read)
    {
        Assert.True(read.IsCompleted, "The read has not completed at once.");
        return read.GetAwaiter().GetResult();
    }
}
