using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheChartsNameEveryWayAndTheAdviceFollows()
    {
        string path = _folder.Write("text", Texts.Random(1, 100_000, 100));

        Outcome outcome = Mspans.Run("compare", path, "--rounds", "1");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith($"From start to end, {ByteSize.Format(new FileInfo(path).Length)};", outcome.Text,
            StringComparison.Ordinal);
        string[] ways =
        [
            "windows, cursor", "windows, pipe reader", "one mapping, pointer", "view accessor, ReadArray",
                "view stream", "positional reads",
            "FileStream", "File.ReadAllBytes", "windows, LeaseSpan", "view stream, seek", "FileStream, seek",
        ];
        foreach (string way in ways) Assert.Contains($"\n  {way} ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("\nFor reading from start to end: ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("\nFor records here and there: ", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("CRC-32C ", outcome.Text, StringComparison.Ordinal);
        Assert.All(outcome.Text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void JsonHoldsTheSecondsOfEveryWayAndTheRecommendation()
    {
        string path = _folder.Write("text", Texts.Random(1, 100_000, 100));
        JsonElement file = Mspans.Json("compare", path, "--rounds", "1", "--json", "--length", "5KiB")
            .GetProperty("files")[0];

        Assert.Equal(path, file.GetProperty("path").GetString());
        Assert.Equal(5 << 10, file.GetProperty("bytes").GetInt64());
        foreach (string order in (string[])["sequential", "random"])
        {
            JsonElement contest = file.GetProperty(order);
            Assert.Equal(7, contest.GetProperty("ways").GetArrayLength());
            Assert.All(contest.GetProperty("ways").EnumerateArray(), way =>
                Assert.True(way.GetProperty("seconds").GetDouble() > 0));
            Assert.All(contest.GetProperty("options").EnumerateArray(), option =>
                Assert.True(option.GetProperty("seconds").GetDouble() > 0));
            string? recommended = contest.GetProperty("recommendation").GetProperty("way").GetString();
            Assert.Contains(recommended, contest.GetProperty("ways").EnumerateArray()
                .Select(way => way.GetProperty("way").GetString()));
        }
    }

    [Fact]
    public void AFileThatIsReadWholeMayBeAnArray()
    {
        string path = _folder.Write("text", Texts.Random(1, 100_000, 100));
        JsonElement file = Mspans.Json("compare", path, "--rounds", "1", "--json").GetProperty("files")[0];
        Assert.Equal(8, file.GetProperty("sequential").GetProperty("ways").GetArrayLength());
        Assert.Equal(8, file.GetProperty("random").GetProperty("ways").GetArrayLength());
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
