using System.Diagnostics;

namespace Mmap.Spans.Samples.Programs;

/// <summary>Where the history of this repository is.</summary>
internal static class GitFolder
{
    /// <summary>The folder of the packs; nothing, where there is no repository, or nothing is packed.</summary>
    public static string? Packs(string? below = null)
    {
        if (Find(below) is not { } folder) return null;
        string packs = Path.Combine(folder, "objects", "pack");
        return Directory.Exists(packs) && Directory.EnumerateFiles(packs, "*.idx").Any() ? packs : null;
    }

    /// <summary>The folder that all work trees share; nothing, where there is no repository.</summary>
    public static string? Find(string? below = null)
    {
        for (DirectoryInfo? above = new(below ?? AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string git = Path.Combine(above.FullName, ".git");
            if (Directory.Exists(git)) return git;
            if (!File.Exists(git)) continue;

            // A further work tree has a file that says where its own things are, and there another says where all are.
            string own = Path.Combine(above.FullName, File.ReadAllText(git)["gitdir: ".Length..].Trim());
            string common = Path.Combine(own, "commondir");
            return File.Exists(common) ? Path.Combine(own, File.ReadAllText(common).Trim()) : own;
        }

        return null;
    }

    /// <summary>Packs a repository into a bare clone, and answers where its packs are; nothing without Git.</summary>
    public static string? PackInto(string repository, string clone, bool asReferences = false)
    {
        string deltas = $"repack.useDeltaBaseOffset={(asReferences ? "false" : "true")}";
        bool isPacked = Run("clone", "--quiet", "--bare", "--no-local", repository, clone)
            && Run("-C", clone, "-c", deltas, "repack", "-a", "-d", "-f", "-q");
        return isPacked ? Path.Combine(clone, "objects", "pack") : null;
    }

    /// <summary>Runs Git; false, if there is none or it fails.</summary>
    public static bool Run(params string[] arguments)
    {
        // The repository may be another user's, which Git refuses unless it is told.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", .. arguments]) { UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}
