using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>
/// Opens files by path or by handle: finds out which file it is, and shares or makes its entry. Thread-safe.
/// </summary>
/// <param name="table">Where regions are charged.</param>
/// <param name="grid">Where windows lie.</param>
/// <param name="files">The open files.</param>
/// <param name="handles">The budget of handles.</param>
/// <param name="backings">Where the bytes of a newly opened file come from.</param>
internal sealed class FileOpener(
    RegionTable table, WindowGrid grid, FileTable files, HandleBudget handles, BackingFactory backings)
{
    /// <summary>The entry of the file that has a path now, with one more opener.</summary>
    /// <param name="fullPath">The path.</param>
    /// <param name="opener">How it is opened.</param>
    public FileEntry Open(string fullPath, MappedFileOptions opener)
    {
        // Asked before it is opened, because to open a pipe may wait and to open a device may do something. Windows has
        // none by path.
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
    /// The entry of the file that a user's handle is of, with one more opener. Keeps a reference on the handle.
    /// </summary>
    /// <param name="handle">The handle.</param>
    /// <param name="opener">How it is opened.</param>
    public FileEntry Open(SafeFileHandle handle, MappedFileOptions opener)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        handles.Reserve();
        return Open(handle, null, opener, ownsHandle: false);
    }

    /// <summary>Takes over a handle that is open and counted, whatever comes of it.</summary>
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
                // The file is open already, under this name or another; a new open sees its new length.
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
            if (entry is not null) files.Leave(entry, path);
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

    /// <summary>Finds out which file a handle is of, and refuses what cannot be mapped or copied.</summary>
    private static FileKey Identify(
        SafeFileHandle handle, string? path, MappedFileOptions opener, out byte[]? content, out FileLook look)
    {
        string name = path ?? FileHandle.UnnamedFile;
        FileStatus status = FileStatus.Of(handle, path);
        status.ThrowIfNoFile(name);
        content = KernelFile.TryRead(handle, status, name);
        // What a path was opened by can be read; a handle that somebody lends may be for writing. No byte is asked for.
        if (path is null && content is null) RandomAccess.Read(handle, Span<byte>.Empty, 0);
        if (path is not null && OperatingSystem.IsLinux()) OpenCalls.LetWait(handle);
        look = content is null ? status.Look : new FileLook(content.Length, 0);
        if (content is null) return new FileKey(status.Identity, opener.Backing, opener.Access);
        if (opener.Backing == Backing.Map) throw MappingRefusedException.KernelFile(name);
        // What the kernel makes up is another file at each open.
        return new FileKey(status.Identity with { Path = Guid.NewGuid().ToString() }, opener.Backing, opener.Access);
    }
}
