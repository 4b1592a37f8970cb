using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    /// <summary>Large enough to be mapped, not copied, and to be more than four windows.</summary>
    private readonly int _windows = Math.Max(40, (1 << 20) / Mspans.Window);

    private readonly TestFolder _folder = new();
    private readonly string _path;

    public InspectCommandTests()
    {
        byte[] bytes = new byte[_windows * Mspans.Window];
        new Random(3).NextBytes(bytes);
        _path = _folder.Write("bytes", bytes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutACommandOnlyTheCacheIsShown()
    {
        Outcome outcome = Mspans.Run("inspect", _path);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("In the system's cache: ", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("In windows now", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatWasJustWrittenIsInTheCache()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked for it.");
        Assert.Contains("In the system's cache: 100%", Mspans.Run("inspect", _path).Text, StringComparison.Ordinal);
        JsonElement cache = Mspans.Json("inspect", _path, "--json").GetProperty("files")[0].GetProperty("cache");
        Assert.Equal(new FileInfo(_path).Length, cache.GetProperty("bytes").GetInt64());
        Assert.All(cache.GetProperty("parts").EnumerateArray(), part => Assert.Equal(1, part.GetDouble()));
    }

    [Fact]
    public void ThePictureIsOfTheMomentWhenTheCommandWasDone()
    {
        Outcome outcome = Mspans.Run(["inspect", _path, "--", "lines", .. Mspans.Small]);
        string lines = Mspans.Run("lines", _path).Text;

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains($"In windows now: 4 of {_windows} windows of {ByteSize.Format(Mspans.Window)}\n", outcome.Text,
            StringComparison.Ordinal);
        Assert.Contains(
            $"{_windows} maps, {_windows - 4} evictions, 0 held by leases\n", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(lines.Split(' ')[0], outcome.Text, StringComparison.Ordinal);
        Assert.All(outcome.Text.Split('\n').Where(line => !line.Contains(_path, StringComparison.Ordinal)), line =>
            Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void JsonHoldsTheWindowsAndWhatTheCommandDid()
    {
        JsonElement json = Mspans.Json(["inspect", "--json", _path, "--", "lines", .. Mspans.Small]);

        JsonElement file = json.GetProperty("files")[0];
        JsonElement[] windows = [.. file.GetProperty("windows").EnumerateArray()];
        Assert.Equal(Enumerable.Range(0, _windows).Select(window => (long)window * Mspans.Window),
            windows.Select(window => window.GetProperty("offset").GetInt64()));
        Assert.Equal(4, windows.Count(window => window.GetProperty("mapped").GetBoolean()));
        Assert.All(windows, window => Assert.Equal(1, window.GetProperty("maps").GetInt64()));
        Assert.Equal("lines", file.GetProperty("watched").GetProperty("arguments")[0].GetString());
        Assert.Equal(0, file.GetProperty("watched").GetProperty("exitCode").GetInt32());
        Assert.EndsWith(
            _path, file.GetProperty("watched").GetProperty("firstLine").GetString(), StringComparison.Ordinal);
        Assert.Equal(_windows, json.GetProperty("statistics").GetProperty("maps").GetInt64());
        Assert.Equal(new FileInfo(_path).Length, json.GetProperty("statistics").GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void RandomReadsOverASmallBudgetMapTheSameWindowsAgain()
    {
        Outcome outcome = Mspans.Run(["inspect", _path, "--", "probe", "--records", "2000", .. Mspans.Small]);
        Assert.Contains("mapped more than once", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTableIsPrintedWhenItIsAskedFor() =>
        Assert.Contains(
            "  [0, ", Mspans.Run("inspect", "--table", _path, "--", "lines").Text, StringComparison.Ordinal);

    [Fact]
    public void TheExitCodeAndTheErrorsAreTheCommands()
    {
        Assert.Equal(1, Mspans.Run("inspect", _path, "--", "grep", "nowhere to be found").ExitCode);
        Outcome usage = Mspans.Run("inspect", _path, "--", "lines", "--window", "5");
        Assert.Equal(2, usage.ExitCode);
        Assert.Contains("--window", usage.Error, StringComparison.Ordinal);
        Assert.Equal(0, Mspans.Run("inspect", _path, "--", "grep", "-c", "--", "a").ExitCode);
    }

    [Fact]
    public void WhatCannotBeReadIsOneAndWhatCannotBeLookedAtIsTwo()
    {
        Assert.Equal(1, Mspans.Run("inspect", _folder.PathOf("missing")).ExitCode);
        Assert.Equal(2, Mspans.Run("inspect", _path, "--", "compare").ExitCode);
        Assert.Equal(2, Mspans.Run("inspect").ExitCode);
    }

    [Fact]
    public void AnEmptyFileIsAPictureToo()
    {
        Outcome outcome = Mspans.Run("inspect", _folder.Write("empty", ""), "--", "lines");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("the file is empty", outcome.Text, StringComparison.Ordinal);
    }
}
