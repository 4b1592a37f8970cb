using System.ComponentModel;
using System.Diagnostics;

namespace Mmap.Spans.Samples;

/// <summary>Finds the history of this repository, and packs histories with Git.</summary>
internal static class GitRepository
{
    /// <summary>The Git folder that all work trees share; null outside of a repository.</summary>
    public static string? Find(string below)
    {
        for (DirectoryInfo? above = new(below); above is not null; above = above.Parent)
        {
            string git = Path.Combine(above.FullName, ".git");
            if (Directory.Exists(git)) return git;
            if (!File.Exists(git)) continue;

            // A further work tree has a file that names its own folder; a file in there names the shared one.
            string own = Path.Combine(above.FullName, File.ReadAllText(git)["gitdir: ".Length..].Trim());
            string common = Path.Combine(own, "commondir");
            return File.Exists(common) ? Path.Combine(own, File.ReadAllText(common).Trim()) : own;
        }

        return null;
    }

    /// <summary>The folder of the packs in a Git folder; null if nothing is packed.</summary>
    public static string? Packs(string gitFolder)
    {
        string packs = Path.Combine(gitFolder, "objects", "pack");
        return Directory.Exists(packs) && Directory.EnumerateFiles(packs, "*.idx").Any() ? packs : null;
    }

    /// <summary>Packs a repository into a bare clone and returns the folder of its packs; null without Git.</summary>
    public static string? PackInto(string repository, string clone, bool deltasByName = false)
    {
        string deltas = $"repack.useDeltaBaseOffset={(deltasByName ? "false" : "true")}";
        bool isPacked = Run("clone", "--quiet", "--bare", "--no-local", repository, clone)
            && Run("-C", clone, "-c", deltas, "repack", "-a", "-d", "-f", "-q");
        return isPacked ? Packs(clone) : null;
    }

    /// <summary>Runs Git; false if Git is missing or fails.</summary>
    public static bool Run(params string[] arguments)
    {
        // Git refuses the repository of another user unless that repository is declared safe.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", .. arguments]) { UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // The program does not exist.
            return false;
        }
    }
}
