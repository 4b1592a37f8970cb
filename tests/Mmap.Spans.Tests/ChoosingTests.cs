using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Tidy;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The samples of the page that helps to choose, each run here as it stands there.</summary>
public sealed partial class ChoosingTests : LeakCheckedTest
{
    [Fact]
    public void EverySampleOfThePageStandsHere()
    {
        string page = Repository.Pages.Single(file => file.Path == "src/Mmap.Spans/CHOOSING.md").Text;
        SourceFile here = Repository.Code.Single(file => file.Path == "tests/Mmap.Spans.Tests/ChoosingTests.cs");
        string source = Words(here.Text);
        string[] samples = [.. Fences().Matches(page).Select(match => Words(match.Groups[1].Value))];
        Assert.Equal(7, samples.Length);
        Assert.All(samples, sample => Assert.Contains(sample, source, StringComparison.Ordinal));
    }

    [Fact]
    public void TheHeaderIsReadInPlace()
    {
        MappedFile file = OpenBytes([1, 2, 3, 4, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        using SpanLease header = file.LeaseSpan(0, 16);
        int version = BinaryPrimitives.ReadInt32BigEndian(header.Span[4..]);
        Assert.Equal(257, version);
    }

    [Fact]
    public void TheEndOfARecordIsFound()
    {
        MappedFile file = OpenBytes("first\nsecond\nthird"u8);
        const long at = 6;
        using SpanLease shown = file.LeaseSpanUpTo(at, 64 << 10);
        int length = shown.Span.IndexOf((byte)'\n');
        Assert.Equal(6, length);
    }

    [Fact]
    public void ANumberIsRead()
    {
        MappedFile file = OpenBytes([.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(-77L)]);
        long count = file.Read<long>(8);
        Assert.Equal(-77, count);
    }

    [Fact]
    public void WhatIsCopiedNeedsNoEnd()
    {
        int at = Granule - 500;
        MappedFile file = OpenSample(2 * Granule);
        Span<byte> own = stackalloc byte[1024];
        int copied = file.CopyTo(at, own);
        Assert.Equal((1024, 0), (copied, LiveLeases));
        SampleFile.AssertBytes(own, at);
    }

    [Fact]
    public void AStreamIsAFramework()
    {
        MappedFile file = OpenBytes("first\nsecond\nthird"u8);
        const long at = 6;
        using Stream stream = file.OpenStream(at);
        using var text = new StreamReader(stream);
        string? first = text.ReadLine();
        Assert.Equal("second", first);
    }

    [Fact]
    public unsafe void AnImageIsReadFromAPointer()
    {
        string path = typeof(ChoosingTests).Assembly.Location;
        using MappedFile file = ManagerOf(256).Open(path);
        using MemoryLease lease = file.LeaseMemory(0, (int)file.Length);
        using MemoryHandle pin = lease.Memory.Pin();
        // SAFETY: the reader ends before the pin, and looks at no byte past the length.
        using var image = new PEReader((byte*)pin.Pointer, lease.Length);
        int types = image.GetMetadataReader().TypeDefinitions.Count;
        Assert.InRange(types, typeof(ChoosingTests).Assembly.GetTypes().Length, int.MaxValue);
    }

    [Theory]
    [InlineData("[1, 2, 3]", 6)]
    [InlineData("[1, 2, oh", 0)]
    public async Task JsonIsReadAndTheReaderEndsInAnyCase(string json, int expected)
    {
        MappedFile file = OpenBytes(System.Text.Encoding.UTF8.GetBytes(json));
        int sum = 0;
        Task reading = ReadAsync();
        if (expected == 0) await Assert.ThrowsAsync<JsonException>(() => reading);
        else await reading;
        if (expected != 0) Assert.Equal(expected, sum);
        Assert.Equal(0, LiveLeases);

        async Task ReadAsync()
        {
            PipeReader reader = file.CreatePipeReader();
            try
            {
                await foreach (int number in JsonSerializer.DeserializeAsyncEnumerable<int>(reader)) sum += number;
            }
            finally
            {
                await reader.CompleteAsync();
            }
        }
    }

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    private static string Words(string code) =>
        string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
