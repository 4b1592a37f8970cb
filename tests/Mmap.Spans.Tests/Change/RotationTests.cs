using System.Globalization;
using System.Text;
using Mmap.Spans.Samples.Programs;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>Another process writes a log and rotates it in every way; the follower of the samples reads it.</summary>
public class RotationTests
{
    [Fact]
    public void TheFollowerSeesEachLineOnceAndInOrder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be replaced by rename.");
        using var folder = new TemporaryFolder();
        string log = folder["log"], seen = folder["seen"];
        File.WriteAllText(log, "");
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxMappedBytes = 1 << 20 });
        using var follower = new LogFollower(manager, log);
        using ChildProcess writer = ChildProcess.Start("", "rotate", log, "3000", seen);
        var unfinished = new StringBuilder();
        long next = 0, told = 0;
        bool ended;
        do
        {
            ended = writer.HasExited;
            follower.Poll(Take);
            if (next > told) Tell();
        }
        while (!ended);

        Assert.Equal(writer.Succeed()["lines"], next);
        Assert.Equal("", unfinished.ToString());

        void Take(ReadOnlySpan<byte> bytes)
        {
            unfinished.Append(Encoding.UTF8.GetString(bytes));
            string[] lines = unfinished.ToString().Split('\n');
            foreach (string line in lines[..^1])
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"line {next++}"), line);
            unfinished.Clear().Append(lines[^1]);
        }

        void Tell()
        {
            File.WriteAllText(seen + ".new", next.ToString(CultureInfo.InvariantCulture));
            File.Move(seen + ".new", seen, overwrite: true);
            told = next;
        }
    }
}
