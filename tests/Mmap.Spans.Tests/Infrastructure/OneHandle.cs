using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>A file's handle, open as long as this object.</summary>
internal sealed class OneHandle(string path) : IHandleSource, IDisposable
{
    private readonly SafeFileHandle _handle =
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);

    public string Name => path;

    public AccessPattern Access => AccessPattern.Normal;

    public SafeFileHandle Rent() => _handle;

    public void Return(SafeFileHandle handle)
    {
    }

    public void Dispose() => _handle.Dispose();
}
