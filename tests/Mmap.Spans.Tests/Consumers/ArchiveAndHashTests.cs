using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Consumers;

/// <summary>Consumers that seek, inflate and hash.</summary>
public class ArchiveAndHashTests : LeakCheckedTest
{
    [Fact]
    public void AZipLargerThanAWindowIsReadInAnyOrder()
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = 0; i < 20; i++)
            {
                using Stream entry =
                    archive.CreateEntry($"folder/{i}",
                        i % 2 == 0 ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open();
                entry.Write(SampleFile.Bytes(i * 1000, Granule / 8 * i));
            }
        }

        MappedFile file = OpenBytes(zip.ToArray());
        Assert.InRange(file.Length, 10 * Granule, long.MaxValue);
        using var read = new ZipArchive(file.OpenStream(), ZipArchiveMode.Read);
        Assert.Equal(20, read.Entries.Count);
        for (int i = 19; i >= 0; i--)
        {
            var content = new MemoryStream();
            using Stream entry = read.GetEntry($"folder/{i}")!.Open();
            entry.CopyTo(content);
            Assert.Equal(SampleFile.Bytes(i * 1000, Granule / 8 * i), content.ToArray());
        }
    }

    [Fact]
    public async Task GZipInflatesFromTheStreamAndFromTheReader()
    {
        byte[] content = new byte[20 * Granule];
        new Random(1).NextBytes(content);
        var zip = new MemoryStream();
        await using (var gzip = new GZipStream(zip, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);

        MappedFile file = OpenBytes(zip.ToArray());
        Assert.InRange(file.Length, 10 * Granule, long.MaxValue);
        foreach (Stream source in (Stream[])[file.OpenStream(), file.CreatePipeReader().AsStream()])
        {
            var inflated = new MemoryStream();
            await using (var gzip = new GZipStream(source, CompressionMode.Decompress)) await gzip.CopyToAsync(
                inflated, TestContext.Current.CancellationToken);
            Assert.Equal(content, inflated.ToArray());
        }
    }

    [Fact]
    public async Task HashesAreThoseOfTheFile()
    {
        MappedFile file = OpenSample(9 * Granule + 1000);
        byte[] expected =
            SHA256.HashData(await File.ReadAllBytesAsync(file.Path!, TestContext.Current.CancellationToken));
        await using (Stream stream = file.OpenStream())
        {
            Assert.Equal(expected, SHA256.HashData(stream));
            stream.Position = 0;
            Assert.Equal(expected, await SHA256.HashDataAsync(stream, TestContext.Current.CancellationToken));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        PipeReader reader = file.CreatePipeReader();
        ReadResult result;
        do
        {
            result = await reader.ReadAsync(TestContext.Current.CancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer) hash.AppendData(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
        await reader.CompleteAsync();
        Assert.Equal(expected, hash.GetHashAndReset());
    }
}
