using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class ProbeCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OneOfEachIsSingular()
    {
        string path = _folder.Write("one", "a");
        Assert.Matches(
            @": \d+ ns a record, 1 of 1 byte, 1 map, 0 evictions\n$",
            Mspans.Run(["probe", path, "--records", "1", "--size", "1", .. Mspans.Small]).Text);
        Assert.Contains(
            "It is shorter than a record of 2 bytes.",
            Mspans.Run(["probe", path, "--size", "2", .. Mspans.Small]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheFiguresAreOneLineAndOneObject()
    {
        string path = _folder.Write("text", Texts.Random(1, 40 * Mspans.Window, 300));

        Outcome outcome = Mspans.Run("probe", path, "--records", "10", "--size", "100");
        Assert.Matches(@": \d+ ns a record, 10 of 100 bytes, \d+ maps?, 0 evictions\n$", outcome.Text);

        JsonElement json =
            Mspans.Json(["probe", "--json", path, "--records", "5000", "--size", "100", .. Mspans.Small]);
        JsonElement file = json.GetProperty("files")[0];
        Assert.Equal(5000, file.GetProperty("records").GetInt32());
        Assert.True(file.GetProperty("secondsPerRecord").GetDouble() > 0);
        Assert.True(file.GetProperty("evictions").GetInt64() > 0);
        Assert.Equal(500_000, json.GetProperty("statistics").GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void WhatIsTooShortIsOneAndWhatMakesNoSenseIsTwo()
    {
        string path = _folder.Write("short", "abc");
        Assert.Equal(1, Mspans.Run("probe", path).ExitCode);
        Assert.Equal(0, Mspans.Run("probe", path, "--size", "3", "--records", "5").ExitCode);
        Assert.Equal(2, Mspans.Run("probe", path, "--records", "0").ExitCode);
        Assert.Equal(2, Mspans.Run("probe", path, "--records", "many").ExitCode);
        Assert.Equal(2, Mspans.Run("probe", path, "--size", "0").ExitCode);
        Assert.Equal(2, Mspans.Run("probe", path, "--size", "2MiB").ExitCode);
    }
}
