using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheChartNamesEveryWayAndTheAdviceFollows()
    {
        string path = _folder.Write("text", Texts.Random(1, 100_000, 100));

        Outcome outcome = Mspans.Run("compare", path, "--rounds", "1");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains($"from start to end, {ByteSize.Format(new FileInfo(path).Length)}:\n", outcome.Text, StringComparison.Ordinal);
        foreach (string way in (string[])["windows, cursor", "windows, pipe reader", "view stream", "File.ReadAllBytes", "windows, LeaseSpan", "FileStream, Seek and Read"])
            Assert.Contains($"\n  {way} ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("\nhere and there: ", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHoldsTheSecondsOfEveryWay()
    {
        string path = _folder.Write("text", Texts.Random(1, 100_000, 100));
        JsonElement json = JsonDocument.Parse(Mspans.Run("compare", path, "--rounds", "1", "--json", "--length", "5KiB").Output).RootElement;
        Assert.Equal(5 << 10, json.GetProperty("bytes").GetInt64());
        Assert.Equal(7, json.GetProperty("sequential").GetArrayLength());
        Assert.All(json.GetProperty("random").EnumerateArray(), way => Assert.True(way.GetProperty("seconds").GetDouble() > 0));
    }

    [Fact]
    public void WhatCannotBeReadIsOneAndWhatMakesNoSenseIsTwo()
    {
        Assert.Equal(1, Mspans.Run("compare", _folder.PathOf("missing")).ExitCode);
        Assert.Equal(1, Mspans.Run("compare", _folder.Write("empty", "")).ExitCode);
        Assert.Equal(2, Mspans.Run("compare", _folder.PathOf("missing"), "--rounds", "0").ExitCode);
        Assert.Equal(2, Mspans.Run("compare", _folder.PathOf("missing"), "--rounds", "many").ExitCode);
    }
}
