using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// Records the largest pack of a git repository by asking git for its objects and for a walk of its history.
/// </summary>
internal static class PackRecorder
{
    public static PackRecording Record(string repository)
    {
        string packs = Path.Combine(Git(repository, "rev-parse", "--absolute-git-dir").First(), "objects", "pack");
        string index = new DirectoryInfo(packs).EnumerateFiles("*.idx").MaxBy(f => f.Length)?.FullName
            ?? throw new IOException($"The repository {repository} has no pack; run git repack -ad in it first.");

        // A line of an object: name, type, size, size in the pack, offset, and for a delta its depth and its base.
        string[][] lines =
        [
            .. Git(repository, "verify-pack", "-v", index)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(f => f.Length >= 5 && f[1] is "commit" or "tree" or "blob" or "tag")
                .OrderBy(f => Number(f[4])),
        ];
        var place = new Dictionary<string, int>(lines.Length);
        for (int k = 0; k < lines.Length; k++) place[lines[k][0]] = k;

        int[] packed = [.. lines.Select(f => (int)Number(f[3]))];
        int[] bases = [.. lines.Select((f, k) => f.Length == 7 ? k - place[f[6]] : 0)];
        string[] names = [.. place.Keys.Order(StringComparer.Ordinal)];
        int[] rank = new int[lines.Length];
        for (int k = 0; k < names.Length; k++) rank[place[names[k]]] = k;
        int[] fanOut = new int[256];
        foreach (string name in names) fanOut[Convert.ToInt32(name[..2], 16)]++;
        for (int k = 1; k < fanOut.Length; k++) fanOut[k] += fanOut[k - 1];

        int[] walk =
        [
            .. Git(repository, "rev-list", "--objects", "--in-commit-order", "--all")
                .Select(line => place.GetValueOrDefault(line.Split(' ')[0], -1)).Where(k => k >= 0),
        ];
        return new PackRecording(packed, bases, rank, fanOut, walk);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static List<string> Git(string repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", repository, .. arguments]) { RedirectStandardOutput = true };
        using Process git = Process.Start(start) ?? throw new IOException("git does not start.");
        var lines = new List<string>();
        while (git.StandardOutput.ReadLine() is { } line) lines.Add(line);
        git.WaitForExit();
        return git.ExitCode == 0 ? lines : throw new IOException($"git {arguments[0]} failed with {git.ExitCode}.");
    }
}
