using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>
/// One file's handle: opened when needed, closed when other files need it more, reopened and then checked to be of the
/// same file. Or a caller's own handle, with a reference on it. Thread-safe.
/// </summary>
internal sealed class FileHandle : IHandleSource
{
    /// <summary>The name in messages of a file that was opened by a handle.</summary>
    public const string UnnamedFile = "a file opened by handle";

    private readonly HandleBudget _budget;
    private readonly bool _ownsHandle;

    /// <summary>The known full paths of the file; changed under this object's lock.</summary>
    private FileNames _names;
    private FileLook _known;

    /// <summary>The kind of the file system; determined only for file systems without a disk.</summary>
    // Order: acquire and release, as volatile gives them. Stale: another thread asks the system once more.
    private volatile FileSystemKind _fileSystem;
    private SafeFileHandle? _handle;
    private bool _disposed;

    /// <summary>Takes over an open handle. It is counted already; <see cref="Dispose"/> closes it.</summary>
    public FileHandle(
        HandleBudget budget, SafeFileHandle handle, string? path,
        AccessPattern access, FileIdentity identity, bool ownsHandle)
    {
        _budget = budget;
        _handle = handle;
        if (path is not null) _names.Add(path);
        Access = access;
        Identity = identity;
        _ownsHandle = ownsHandle;
        if (ownsHandle) budget.MarkUsed(this);
    }

    /// <summary>The identity of the file; a reopened file must have the same.</summary>
    public FileIdentity Identity { get; }

    /// <summary>The latest look at the file.</summary>
    public FileLook Known
    {
        get
        {
            using (new MonitorScope(this)) return _known;
        }

        set
        {
            using (new MonitorScope(this)) _known = value;
        }
    }

    /// <summary>The neighbours in the budget's order of use; the budget's alone.</summary>
    public FileHandle? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    public FileHandle? Newer { get; set; }

    /// <summary>The time of the last use, by the budget's count; written without a lock.</summary>
    // Stale: of two uses at one time either is the later one.
    public long UsedAt { get; set; }

    /// <summary>The use by which it stands in the budget's order; the budget's alone.</summary>
    public long OrderedAt { get; set; }

    /// <inheritdoc/>
    public AccessPattern Access { get; }

    /// <summary>True if this object closes the handle; false for a caller's handle.</summary>
    public bool OwnsHandle => _ownsHandle;

    /// <summary>The name for messages: the first path, if there is one.</summary>
    public string Name => _names.First ?? UnnamedFile;

    /// <summary>
    /// Opens for reading without blocking writers, renames, deletes or locks.
    /// </summary>
    public static SafeFileHandle Open(HandleBudget budget, string path, AccessPattern access)
    {
        while (true)
        {
            try
            {
                if (!OpenCalls.CanOpen || OperatingSystem.IsWindows())
                {
                    const FileShare Others = FileShare.ReadWrite | FileShare.Delete;
                    return File.OpenHandle(path, FileMode.Open, FileAccess.Read, Others, OptionsFor(access));
                }

                SafeFileHandle handle = OpenCalls.Open(path);
                Advice.ApplyAccessPattern(handle, access);
                return handle;
            }
            catch (IOException e) when (SystemLimits.IsExhausted(e))
            {
                if (!budget.CloseOldest())
                {
                    string why = $"{SystemLimits.SentenceOf(e)} {SystemLimits.Describe()}";
                    throw new IOException($"'{path}' cannot be opened, and no handle is left to close: {why}", e);
                }
            }
        }
    }

    /// <summary>True if a name now leads to another file; false if it leads to none.</summary>
    public bool IsReplacedAt(string path) => FileStatus.OfPath(path) is { } now && now.Identity != Identity;

    /// <summary>True if any path of the file is in the scope.</summary>
    public bool IsIn(PathScope scope)
    {
        using (new MonitorScope(this)) return Array.Exists(_names.All(), scope.Holds);
    }

    /// <summary>Adds a path of the file, and takes over the handle opened by it if there is none now.</summary>
    /// <returns>False if the handle is not needed; the caller then keeps it.</returns>
    public bool TryAdopt(SafeFileHandle handle, string? path, bool ownsHandle)
    {
        using (new MonitorScope(this))
        {
            if (path is not null) _names.Add(path);
            if (_disposed || !ownsHandle || _handle is not null) return false;
            _handle = handle;
            _budget.MarkUsed(this);
            return true;
        }
    }

    /// <summary>Counts one more opener's use of a path.</summary>
    public void AddPath(string path)
    {
        using (new MonitorScope(this)) _names.Add(path);
    }

    /// <summary>Ends one opener's use of a path.</summary>
    public void RemovePath(string path)
    {
        using (new MonitorScope(this)) _names.Remove(path);
    }

    /// <inheritdoc/>
    public bool MayBeHarmedByMapping => Identity.IsVirtualDevice;

    /// <inheritdoc/>
    public SafeFileHandle? Peek()
    {
        // Order: acquire, pairs with the monitor under which it is set. Stale: a handle that was just closed throws.
        SafeFileHandle? handle = Volatile.Read(ref _handle);
        if (handle is not null && _ownsHandle) _budget.NoteUse(this);
        return handle;
    }

    public SafeFileHandle Rent()
    {
        using (new MonitorScope(this))
        {
            if (_disposed) throw new ObjectDisposedException(RegionDirectory.OpenerName, $"'{Name}' is closed.");
            SafeFileHandle handle = _handle ??= Reopen();
            bool added = false;
            handle.DangerousAddRef(ref added);
            if (_ownsHandle) _budget.MarkUsed(this);
            return handle;
        }
    }

    /// <inheritdoc/>
    public FileLook Look(SafeFileHandle handle)
    {
        FileLook known = Known, now = FileStatus.Of(handle, Name).Look;
        if (now.Length != known.Length || !now.IsWrittenSince(known)) return now;

        // A write sets the time first and the length last: an apparent rewrite may be an append in progress.
        if (OperatingSystem.IsLinux()) StatusCalls.WaitForWriter((int)handle.DangerousGetHandle());
        return FileStatus.Of(handle, Name).Look;
    }

    /// <inheritdoc/>
    public MappingHarm HarmOfMapping(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux() || !MayBeHarmedByMapping) return MappingHarm.None;
        // Determined once; two threads that ask at the same time get the same answer.
        if (_fileSystem == FileSystemKind.Unknown) _fileSystem = StatusCalls.FileSystemOf(handle);
        if (_fileSystem == FileSystemKind.HugePages) return MappingHarm.CannotEnd;
        if (_fileSystem != FileSystemKind.MemoryFiles) return MappingHarm.None;
        FileStatus status = FileStatus.Of(handle, Name);
        return status.AllocatedBytes < status.Length ? MappingHarm.TakesMemory : MappingHarm.None;
    }

    /// <inheritdoc/>
    public void ThrowIfRewritten(SafeFileHandle handle, FileRange range)
    {
        FileLook known = Known, now = Look(handle);
        if (now.Length == known.Length && now.IsWrittenSince(known)) throw FileChangedException.Rewritten(Name, range);
    }

    public void Return(SafeFileHandle handle) => handle.DangerousRelease();

    /// <summary>
    /// Closes the handle until it is needed again. A current rental keeps it open until its end; a caller's handle
    /// stays.
    /// </summary>
    /// <returns>False if there was none to close.</returns>
    public bool CloseForNow()
    {
        using (new MonitorScope(this))
        {
            if (_handle is null || !_ownsHandle) return false;
            _budget.Remove(this);
            _handle.Dispose();
            _handle = null;
        }

        _budget.OnClosed();
        return true;
    }

    /// <summary>Closes the handle for another file, unless this file could not be reopened.</summary>
    /// <returns>False if it stays: the file has no name any more, or the handle is a caller's.</returns>
    public bool TryYield()
    {
        // A monitor, so this thread may take this object's lock twice.
        using (new MonitorScope(this)) return _handle is not null && _ownsHandle && HasName(_handle) && CloseForNow();
    }

    /// <summary>Closes the handle for good, or releases a caller's handle.</summary>
    public void Dispose()
    {
        using (new MonitorScope(this))
        {
            if (_disposed) return;
            _disposed = true;
            _budget.Remove(this);
            if (_handle is null) return;
            if (_ownsHandle) _handle.Dispose();
            else _handle.DangerousRelease();
            _handle = null;
        }

        _budget.OnClosed();
    }

    /// <summary>True if a name still leads to the file; adds the name that it was renamed to. Under the lock.</summary>
    private bool HasName(SafeFileHandle handle)
    {
        // If the system has no identity for a file, its path is all that is known. Windows keeps the name of an open
        // file.
        if (OperatingSystem.IsWindows() || Identity.Path is not null) return true;
        if (Array.Exists(_names.All(), Means)) return true;
        if (RenamedFile.NameOf(handle) is not { } name || !Means(name)) return false;
        _names.Find(name);
        return true;
    }

    private bool Means(string path) => FileStatus.OfPath(path)?.Identity == Identity;

    /// <summary>Reopens the same file by any of its names. Under the lock.</summary>
    private SafeFileHandle Reopen()
    {
        _budget.Reserve();
        try
        {
            bool found = false;
            string[] names = _names.All();
            foreach (string path in names.Concat(RenamedFile.Search(Identity, names)))
            {
                // Checked before the file is opened as well: if a pipe has taken the name, opening it would block for
                // ever.
                if (!OperatingSystem.IsWindows() && IsReplacedAt(path))
                {
                    found = true;
                    continue;
                }

                if (TryOpen(path) is not { } handle) continue;
                found = true;
                if (FileStatus.Of(handle, path).Identity == Identity)
                {
                    if (!names.Contains(path)) _names.Find(path);
                    if (OperatingSystem.IsLinux()) OpenCalls.LetWait(handle);
                    return handle;
                }

                handle.Dispose();
            }

            throw found
                ? FileChangedException.Replaced(Name, _budget.Max)
                : FileChangedException.Deleted(Name, _budget.Max);
        }
        catch
        {
            _budget.OnClosed();
            throw;
        }
    }

    private static FileOptions OptionsFor(AccessPattern access) => access switch
    {
        AccessPattern.Sequential => FileOptions.SequentialScan,
        AccessPattern.Random => FileOptions.RandomAccess,
        _ => FileOptions.None,
    };

    private SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return Open(_budget, path, Access);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
