namespace Mmap.Spans.Tool.Terminal;

/// <summary>A temporary file without a name: it goes with the process, however that ends.</summary>
internal static class UnnamedFile
{
    /// <summary>An empty one, open for reading and writing.</summary>
    /// <remarks>Windows deletes a file that is so marked when its last handle is closed, which the end of a process does.
    /// Elsewhere the name is taken away at once, and the bytes go with the last handle or mapping.</remarks>
    public static FileStream Create()
    {
        bool byTheSystem = OperatingSystem.IsWindows();
        string path = Path.Combine(Path.GetTempPath(), $"mspans-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = byTheSystem ? FileOptions.DeleteOnClose : FileOptions.None,
            BufferSize = 0,
        };
        // What comes through a pipe may be nobody else's business.
        if (!byTheSystem) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!byTheSystem) File.Delete(path);
        return file;
    }
}
