using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>
/// Opens files by path or by handle: identifies the file, and shares or makes its entry. Thread-safe.
/// </summary>
/// <param name="table">The table of regions.</param>
/// <param name="grid">The grid of windows.</param>
/// <param name="files">The open files.</param>
/// <param name="handles">The budget of handles.</param>
/// <param name="backings">Makes the backing of a newly opened file.</param>
internal sealed class FileOpener(
    RegionTable table, WindowGrid grid, FileTable files, HandleBudget handles, BackingFactory backings)
{
    /// <summary>Returns the entry of the file at a path, with one more opener.</summary>
    /// <param name="fullPath">The path.</param>
    /// <param name="opener">The opener's options.</param>
    public FileEntry Open(string fullPath, MappedFileOptions opener)
    {
        // Checked before it is opened: opening a pipe may block, and opening a device may act on it. Windows has
        // neither by path.
        if (!OperatingSystem.IsWindows()) FileStatus.OfPath(fullPath)?.ThrowIfNoFile(fullPath);

        handles.Reserve();
        SafeFileHandle handle;
        try
        {
            handle = FileHandle.Open(handles, fullPath, opener.Access);
        }
        catch
        {
            handles.OnClosed();
            throw;
        }

        return Open(handle, fullPath, opener, ownsHandle: true);
    }

    /// <summary>
    /// Returns the entry of the file behind a caller's handle, with one more opener. Keeps a reference on the handle.
    /// </summary>
    /// <param name="handle">The handle.</param>
    /// <param name="opener">The opener's options.</param>
    public FileEntry Open(SafeFileHandle handle, MappedFileOptions opener)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        handles.Reserve();
        return Open(handle, null, opener, ownsHandle: false);
    }

    /// <summary>Takes over an open, counted handle, also if it throws.</summary>
    private FileEntry Open(SafeFileHandle handle, string? path, MappedFileOptions opener, bool ownsHandle)
    {
        bool taken = false;
        FileEntry? entry = null;
        try
        {
            FileKey key = Identify(handle, path, opener, out byte[]? content, out FileLook look);
            entry = files.Open(key, MakeEntry, out bool made);
            taken = made;
            if (!made)
            {
                // The file is open already, under this name or another; this open takes its new length.
                taken = entry.Handle.TryAdopt(handle, path, ownsHandle);
                entry.Look();
            }

            return entry;

            FileEntry MakeEntry()
            {
                var file = new FileHandle(handles, handle, path, opener.Access, key.Identity, ownsHandle);
                file.Known = look;
                IBacking backing = backings.Create(key.Backing, file, content);
                var directory = new RegionDirectory(table, grid, backing, file.Name, look.Length);
                return new FileEntry(key.Backing, file, directory);
            }
        }
        catch
        {
            if (entry is not null) files.EndUse(entry, path);
            throw;
        }
        finally
        {
            if (!taken)
            {
                if (ownsHandle) handle.Dispose();
                else handle.DangerousRelease();
                handles.OnClosed();
            }
        }
    }

    /// <summary>Identifies the file of a handle; refuses files that can neither be mapped nor copied.</summary>
    private static FileKey Identify(
        SafeFileHandle handle, string? path, MappedFileOptions opener, out byte[]? content, out FileLook look)
    {
        string name = path ?? FileHandle.UnnamedFile;
        FileStatus status = FileStatus.Of(handle, path);
        status.ThrowIfNoFile(name);
        content = KernelFile.TryRead(handle, status, name);
        // A file opened by path can be read; a caller's handle may be for writing only. Reads no byte.
        if (path is null && content is null) RandomAccess.Read(handle, Span<byte>.Empty, 0);
        if (path is not null && OperatingSystem.IsLinux()) OpenCalls.LetWait(handle);
        look = content is null ? status.Look : new FileLook(content.Length, 0);
        if (content is null) return new FileKey(status.Identity, opener.Backing, opener.Access);
        if (opener.Backing == Backing.Map) throw MappingRefusedException.KernelFile(name);
        // A file that the kernel generates is another one at each open.
        return new FileKey(status.Identity with { Path = Guid.NewGuid().ToString() }, opener.Backing, opener.Access);
    }
}
