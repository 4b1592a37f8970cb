using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Looks at the regions behind a buffer.</summary>
internal static class SegmentAssert
{
    /// <summary>Fails unless the buffer begins at an offset and has just those segments: window, and length.</summary>
    public static void Shows(ReadResult result, long offset, params (int Window, int Length)[] expected)
    {
        var found = new List<(int, int)>();
        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            Assert.True(MemoryMarshal.TryGetMemoryManager(segment, out LeasedMemory? leased));
            found.Add(((int)leased.Region.Index, segment.Length));
            SampleFile.AssertBytes(segment.Span, offset);
            offset += segment.Length;
        }

        Assert.Equal(expected, found);
    }
}
