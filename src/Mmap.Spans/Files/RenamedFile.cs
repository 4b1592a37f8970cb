using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Files;

/// <summary>
/// Finds the present name of a renamed file. Finds nothing on Windows, where an open file keeps its name.
/// </summary>
internal static class RenamedFile
{
    /// <summary>The maximum number of names in a folder that is searched.</summary>
    private const int MostNames = 10_000;

    /// <summary>
    /// Returns the system's name of an open file; null if it has none or it is unknown.
    /// </summary>
    /// <param name="handle">Open during the call.</param>
    public static string? NameOf(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            string link = string.Create(null, $"/proc/self/fd/{handle.DangerousGetHandle()}");
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox without /proc: only the openers' names are known.
            return null;
        }
    }

    /// <summary>Returns the paths in the folders of a file's old names that lead to the file now.</summary>
    /// <param name="identity">The file.</param>
    /// <param name="names">Its old names.</param>
    public static IEnumerable<string> Search(FileIdentity identity, string[] names)
    {
        if (OperatingSystem.IsWindows() || identity.Path is not null) yield break;
        foreach (string folder in names.Select(Path.GetDirectoryName).OfType<string>().Distinct())
        {
            foreach (string path in NamesIn(folder))
            {
                if (FileStatus.OfPath(path)?.Identity == identity) yield return path;
            }
        }
    }

    private static List<string> NamesIn(string folder)
    {
        try
        {
            List<string> names = [.. Directory.EnumerateFiles(folder).Take(MostNames + 1)];
            return names.Count > MostNames ? [] : names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is deleted or may not be listed.
            return [];
        }
    }
}
