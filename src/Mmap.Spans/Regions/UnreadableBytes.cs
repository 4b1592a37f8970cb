using System.Runtime.CompilerServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// Unreadable bytes of watched regions, which read as zeroes. The object that showed a range to a user checks it here
/// before it releases the region. Regions that are not watched need no check.
/// </summary>
internal static class UnreadableBytes
{
    /// <summary>
    /// True if there are any in a range that the region holds or held; from the first to its end all are unreadable.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreIn(Region region, long offset, long length) =>
        region.Memory.Watch is not null && AreInWatched(region, offset, length);

    /// <summary>Throws if there are any in a range that was shown to a user.</summary>
    /// <exception cref="FileChangedException">There are some.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThrowIfIn(Region region, long offset, long length)
    {
        if (AreIn(region, offset, length)) throw DetachAndDescribe(region, offset, length);
    }

    /// <summary>As <see cref="ThrowIfIn(Region, long, long)"/>, for a span of the region.</summary>
    // SAFETY: unsafe for the address of the span, which lies in the region; it is compared and not read.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe void ThrowIfIn(Region region, ReadOnlySpan<byte> shown)
    {
        fixed (byte* first = shown) ThrowIfIn(region, (nint)first - region.Base, shown.Length);
    }

    /// <summary>
    /// Detaches the region, so that the next lease loads anew, and returns the exception.
    /// </summary>
    public static FileChangedException DetachAndDescribe(Region region, long offset, long length)
    {
        RegionDirectory directory = region.Directory;
        var range = new FileRange(offset, length);
        directory.Table.DetachUnreadable(region, range);
        return FileChangedException.UnreadableWhileLeased(directory.Name, range, LengthOf(directory));
    }

    private static bool AreInWatched(Region region, long offset, long length) =>
        length > 0 && region.Memory.Watch!.UnreadableFrom - region.Address < offset - region.Start + length;

    private static long? LengthOf(RegionDirectory directory)
    {
        try
        {
            return directory.Backing.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // The file is closed, or its handle was and nothing has its name: the message does without the length.
            return null;
        }
    }
}
