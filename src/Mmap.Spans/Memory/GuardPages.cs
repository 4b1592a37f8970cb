using System.Runtime.InteropServices;

namespace Mmap.Spans.Memory;

/// <summary>Pages of one copy's own, so that they can be made unreadable without touching another's.</summary>
/// <remarks>Nothing is freed by it, however it ends: a span keeps no object alive. <see cref="QuarantinedRanges"/> does.</remarks>
internal sealed class GuardPages : SafeBuffer
{
    /// <exception cref="InsufficientMemoryException">There is no room for them.</exception>
    public GuardPages(int length) : base(ownsHandle: false)
    {
        SetHandle(NativeRegions.AllocatePages((nuint)length));
        Initialize((ulong)length);
    }

    /// <summary>The first byte.</summary>
    public nint Address => handle;

    /// <summary>Never asked for: the pages are not owned.</summary>
    protected override bool ReleaseHandle() => true;
}
