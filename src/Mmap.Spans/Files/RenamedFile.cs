using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Files;

/// <summary>
/// Finds the present name of a file that was renamed. On Windows nothing: there an open file keeps its name.
/// </summary>
internal static class RenamedFile
{
    /// <summary>In a folder with more names than this a file is not looked for.</summary>
    private const int MostNames = 10_000;

    /// <summary>
    /// The name that the system knows of an open file, or null if it has none or the system does not tell.
    /// </summary>
    /// <param name="handle">Open for the time of the call.</param>
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
            // A sandbox without /proc: then only the names that openers gave are known.
            return null;
        }
    }

    /// <summary>The paths in the folders of a file's old names that mean the file now.</summary>
    /// <param name="identity">Which file.</param>
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
            // The folder is gone or may not be listed: nothing can be found in it.
            return [];
        }
    }
}
