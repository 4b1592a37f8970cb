using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>A file's handle, open for the scope of a <c>using</c>.</summary>
/// <param name="file">The source of the handle.</param>
/// <exception cref="FileChangedException">The file had to be reopened, and another file has its name now.</exception>
internal readonly ref struct RentedHandle(IHandleSource file) : IDisposable
{
    /// <summary>The handle; open until <see cref="Dispose"/>.</summary>
    public SafeFileHandle Handle { get; } = file.Rent();

    /// <summary>Ends the rental.</summary>
    public void Dispose() => file.Return(Handle);
}
