namespace Mmap.Spans.Samples.Programs;

/// <summary>Reads every object of a history out of its packs, and makes each one's name anew.</summary>
public static class GitHistory
{
    /// <summary>Argument: the folder of the packs, if not those of this repository.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        string? folder = arguments is [string given] ? given : GitFolder.Packs();
        if (folder is null) throw new IOException("No pack is here.");
        foreach (string indexPath in Directory.GetFiles(folder, "*.idx"))
        {
            var options = new MapManagerOptions { WindowSize = 64 << 10, MaxMappedBytes = 256 << 10 };
            using var manager = new MapManager(options);
            Figures.Compare(output, 9, ("open, read all, make names", () => CountOfRight(manager, indexPath)));
            using var pack = new GitPack(manager, indexPath);
            IEnumerable<int> all = Enumerable.Range(0, pack.Count);
            Figures.Compare(output, 9, ("find all by name", () => all.Count(i => pack.Find(pack.NameAt(i)) == i)));
            output.WriteLine($"mapped at most {manager.GetStatistics().PeakMappedBytes} bytes");
        }

        return Task.CompletedTask;
    }

    private static int CountOfRight(MapManager manager, string indexPath)
    {
        using var pack = new GitPack(manager, indexPath);
        return Enumerable.Range(0, pack.Count).Count(pack.IsNamedRight);
    }
}
