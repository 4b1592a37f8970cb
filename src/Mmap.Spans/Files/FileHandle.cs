using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>
/// One file's handle: opened when needed, closed when other files need it more, opened again and then checked to be the
/// same file. Or a user's own handle, which only a reference is kept on. Thread-safe.
/// </summary>
internal sealed class FileHandle : IHandleSource
{
    private readonly object _lock = new();
    private readonly HandleBudget _budget;
    private readonly FileOptions _options;
    private readonly string? _path;
    private readonly bool _lent;
    private SafeFileHandle? _handle;
    private bool _disposed;

    /// <summary>Takes an open handle over: it is counted already, and closed by <see cref="Dispose"/>.</summary>
    public FileHandle(HandleBudget budget, SafeFileHandle handle, string? path, FileOptions options, FileIdentity identity, bool lent)
    {
        Use = new LinkedListNode<FileHandle>(this);
        _budget = budget;
        _handle = handle;
        _path = path;
        _options = options;
        _lent = lent;
        Identity = identity;
        if (!lent) budget.Used(this);
    }

    /// <summary>The place in the budget's order of use; the budget's alone.</summary>
    public LinkedListNode<FileHandle> Use { get; }

    /// <summary>Which file it is.</summary>
    public FileIdentity Identity { get; }

    /// <summary>The name for messages.</summary>
    public string Name => _path ?? "a file opened by handle";

    /// <summary>Opens a path the polite way: it stops neither writers nor who deletes or renames the file.</summary>
    public static SafeFileHandle Open(HandleBudget budget, string path, FileOptions options)
    {
        while (true)
        {
            try
            {
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options);
            }
            catch (IOException e) when (SystemLimits.IsExhausted(e))
            {
                if (!budget.CloseOldest())
                    throw new IOException($"'{path}' cannot be opened, and no handle is left to close: {e.Message} {SystemLimits.Describe()}", e);
            }
        }
    }

    public SafeFileHandle Rent()
    {
        SafeFileHandle handle;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(MappedFile));
            handle = _handle ??= Reopen();
            bool added = false;
            handle.DangerousAddRef(ref added);
            if (!_lent) _budget.Used(this);
        }

        return handle;
    }

    public void Return(SafeFileHandle handle) => handle.DangerousRelease();

    /// <summary>
    /// Closes the handle until it is needed again. A rental that is under way keeps it until its end; a user's handle
    /// stays.
    /// </summary>
    /// <returns>False if there was none to close.</returns>
    public bool CloseForNow()
    {
        lock (_lock)
        {
            if (_handle is null || _lent) return false;
            _budget.Forget(this);
            _handle.Dispose();
            _handle = null;
        }

        _budget.Closed();
        return true;
    }

    /// <summary>Closes the handle for good, or gives a user's handle back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _budget.Forget(this);
            if (_handle is null) return;
            if (_lent) _handle.DangerousRelease();
            else _handle.Dispose();
            _handle = null;
        }

        _budget.Closed();
    }

    private SafeFileHandle Reopen()
    {
        _budget.Reserve();
        try
        {
            SafeFileHandle handle = Open(_budget, _path!, _options);
            if (FileIdentity.Of(handle, _path) == Identity) return handle;
            handle.Dispose();
            throw FileChangedException.Replaced(Name);
        }
        catch
        {
            _budget.Closed();
            throw;
        }
    }
}
