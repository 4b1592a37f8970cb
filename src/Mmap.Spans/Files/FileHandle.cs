using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Files;

/// <summary>
/// One file's handle: opened when needed, closed when other files need it more, opened again and then checked to be the
/// same file. Or a user's own handle, which only a reference is kept on. Thread-safe.
/// </summary>
internal sealed class FileHandle : IHandleSource
{
    /// <summary>What messages call a file that was opened by a handle.</summary>
    public const string UnnamedFile = "a file opened by handle";

    private readonly HandleBudget _budget;
    private readonly bool _ownsHandle;

    /// <summary>The full path that the file was opened by first, if any was; written once, under this object's lock.</summary>
    private string? _path;

    /// <summary>Those that it was opened by later; replaced, never changed, under the lock. Most files have none.</summary>
    private string[] _morePaths = [];
    private SafeFileHandle? _handle;
    private bool _disposed;

    /// <summary>Takes an open handle over: it is counted already, and closed by <see cref="Dispose"/>.</summary>
    public FileHandle(HandleBudget budget, SafeFileHandle handle, string? path, AccessPattern access, FileIdentity identity, bool ownsHandle)
    {
        _budget = budget;
        _handle = handle;
        _path = path;
        Access = access;
        Identity = identity;
        _ownsHandle = ownsHandle;
        if (ownsHandle) budget.MarkUsed(this);
    }

    /// <summary>Which file it is; what is opened again must be the same.</summary>
    public FileIdentity Identity { get; }

    /// <summary>The neighbours in the budget's order of use; the budget's alone.</summary>
    public FileHandle? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    public FileHandle? Newer { get; set; }

    /// <inheritdoc/>
    public AccessPattern Access { get; }

    /// <summary>Whether the handle is this object's to close, and not a user's.</summary>
    public bool OwnsHandle => _ownsHandle;

    /// <summary>The name for messages: the first path, if there is one.</summary>
    // Order: acquire; a name is only added.
    public string Name => Volatile.Read(ref _path) ?? UnnamedFile;

    /// <summary>All paths that it was opened by, oldest first.</summary>
    // Order: acquire, twice; a name is only added, so an old array or none only lacks what was added since.
    private string[] Paths => Volatile.Read(ref _path) is { } first ? [first, .. Volatile.Read(ref _morePaths)] : [];

    /// <summary>Opens a path the polite way: it stops neither writers nor who deletes or renames the file.</summary>
    public static SafeFileHandle Open(HandleBudget budget, string path, AccessPattern access)
    {
        while (true)
        {
            try
            {
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, OptionsFor(access));
            }
            catch (IOException e) when (SystemLimits.IsExhausted(e))
            {
                if (!budget.CloseOldest())
                    throw new IOException($"'{path}' cannot be opened, and no handle is left to close: {e.Message} {SystemLimits.Describe()}", e);
            }
        }
    }

    /// <summary>Whether the file that a name means now is another one; false if nothing has the name.</summary>
    public bool IsReplacedAt(string path) => FileStatus.OfPath(path) is { } now && now.Identity != Identity;

    /// <summary>Whether any path that the file was opened by begins like this.</summary>
    public bool IsUnder(string prefix, StringComparison comparison) =>
        Array.Exists(Paths, path => path.StartsWith(prefix, comparison));

    /// <summary>Learns another path of the file, and takes over a handle that was opened by it if there is none now.</summary>
    /// <returns>False if the handle is not needed and stays the caller's.</returns>
    public bool TryAdopt(SafeFileHandle handle, string? path, bool ownsHandle)
    {
        using (new MonitorScope(this))
        {
            if (path is not null && !Paths.Contains(path)) AddPath(path);
            if (_disposed || !ownsHandle || _handle is not null) return false;
            _handle = handle;
            _budget.MarkUsed(this);
            return true;
        }
    }

    public SafeFileHandle Rent()
    {
        using (new MonitorScope(this))
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(MappedFile));
            SafeFileHandle handle = _handle ??= Reopen();
            bool added = false;
            handle.DangerousAddRef(ref added);
            if (_ownsHandle) _budget.MarkUsed(this);
            return handle;
        }
    }

    public void Return(SafeFileHandle handle) => handle.DangerousRelease();

    /// <summary>
    /// Closes the handle until it is needed again. A rental that is under way keeps it until its end; a user's handle
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

    /// <summary>Closes the handle for good, or gives a user's handle back.</summary>
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

    /// <summary>Adds a path. Under the lock.</summary>
    private void AddPath(string path)
    {
        // Order: release, both; what is shown is whole before it shows.
        if (_path is null) Volatile.Write(ref _path, path);
        else Volatile.Write(ref _morePaths, [.. _morePaths, path]);
    }

    /// <summary>The same file again, by whichever of its names still means it. Under the lock.</summary>
    private SafeFileHandle Reopen()
    {
        _budget.Reserve();
        try
        {
            bool found = false;
            foreach (string path in Paths)
            {
                // Asked before the file is opened too: where a pipe has taken the name, opening it would wait for ever.
                if (!OperatingSystem.IsWindows() && IsReplacedAt(path))
                {
                    found = true;
                    continue;
                }

                if (TryOpen(path) is not { } handle) continue;
                found = true;
                if (FileStatus.Of(handle, path).Identity == Identity) return handle;
                handle.Dispose();
            }

            throw found ? FileChangedException.Replaced(Name) : FileChangedException.Deleted(Name);
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
