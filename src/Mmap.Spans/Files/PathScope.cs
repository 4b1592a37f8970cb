namespace Mmap.Spans.Files;

/// <summary>A file, or everything below a folder. Whole components of a path are compared, not letters.</summary>
internal readonly struct PathScope
{
    private static readonly StringComparison s_comparison =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string _path;

    /// <param name="path">The file or the folder, absolute or relative to the current folder.</param>
    public PathScope(string path) => _path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>True if a full path is the file, or below the folder.</summary>
    public bool Holds(string fullPath) =>
        fullPath.StartsWith(_path, s_comparison)
        && (fullPath.Length == _path.Length
            || Path.EndsInDirectorySeparator(_path) // a root
            || fullPath[_path.Length] == Path.DirectorySeparatorChar);
}
