namespace Mmap.Spans.Tool.Terminal;

/// <summary>A temporary file without a name. It is deleted with the process, however that ends.</summary>
internal static class UnnamedFile
{
    /// <summary>Opens an empty one for reading and writing.</summary>
    /// <remarks>Windows deletes a file so marked when its last handle is closed; the end of a process closes it.
    /// Elsewhere the name is removed at once, and the bytes with the last handle or mapping.</remarks>
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
        // Piped input may be private.
        if (!byTheSystem) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!byTheSystem) File.Delete(path);
        return file;
    }
}
