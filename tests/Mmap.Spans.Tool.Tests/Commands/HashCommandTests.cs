using System.Security.Cryptography;
using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class HashCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _bytes = new byte[5 * Mspans.Window + 3];

    public HashCommandTests() => new Random(7).NextBytes(_bytes);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DigestsAreThoseOfTheWholeFile()
    {
        string path = _folder.Write("bytes", _bytes);

        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(_bytes))}  {path}\n", Hash(path).Text);
        Assert.Equal(
            $"{Convert.ToHexStringLower(SHA512.HashData(_bytes))}  {path}\n", Hash(path, "--algorithm", "sha512").Text);
        Assert.StartsWith(
            Convert.ToHexStringLower(SHA1.HashData(_bytes)), Hash(path, "-a", "sha1").Text, StringComparison.Ordinal);
        Assert.StartsWith(
            Convert.ToHexStringLower(MD5.HashData(_bytes)), Hash(path, "-a", "md5").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyFileHasADigest()
    {
        string path = _folder.Write("empty", "");
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData([]))}  {path}\n", Hash(path).Text);
    }

    [Fact]
    public void AnUnknownAlgorithmIsBadUsage() =>
        Assert.Equal(2, Hash(_folder.Write("bytes", _bytes), "-a", "crc").ExitCode);

    [Theory]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("a\rb", "a\\rb")]
    [InlineData("a\\b", "a\\\\b")]
    public void ANameThatWouldBreakTheLineIsEscaped(string name, string escaped)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No such names there.");
        string line = Hash(_folder.Write(name, "")).Text;
        Assert.StartsWith("\\", line, StringComparison.Ordinal);
        Assert.EndsWith($"/{escaped}\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHoldsTheDigests()
    {
        string path = _folder.Write("bytes", _bytes);
        JsonElement json = Mspans.Json("hash", path, "--json");
        Assert.Equal("sha256", json.GetProperty("algorithm").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(_bytes)),
            json.GetProperty("files")[0].GetProperty("digest").GetString());
    }

    private static Outcome Hash(params string[] args) => Mspans.Run(["hash", .. args, .. Mspans.Small]);
}
