using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// Who keeps a file's handle: opened when first needed, closed when others need it more, opened again.
/// </summary>
internal interface IHandleSource
{
    /// <summary>The file's name for messages.</summary>
    string Name { get; }

    /// <summary>What whoever opened the file first said of the order of use.</summary>
    AccessPattern Access { get; }

    /// <summary>A handle that stays open until it is given to <see cref="Return"/>.</summary>
    /// <exception cref="FileChangedException">It had to be opened again, and another file has its name now.</exception>
    SafeFileHandle Rent();

    /// <summary>
    /// The handle if it is open, for one call of the framework that keeps a reference of its own: without a rental it
    /// may be closed at any moment, and such a call throws <see cref="ObjectDisposedException"/> then. Else null.
    /// </summary>
    SafeFileHandle? Peek() => null;

    /// <summary>The length and the time of the last write now.</summary>
    /// <param name="handle">A rented handle.</param>
    FileLook Look(SafeFileHandle handle) => new(RandomAccess.GetLength(handle), 0);

    /// <summary>Whether <see cref="HarmOfMapping"/> need be asked at all.</summary>
    bool MayBeHarmedByMapping => true;

    /// <summary>What a mapping of the file does besides showing its bytes.</summary>
    /// <param name="handle">A rented handle.</param>
    MappingHarm HarmOfMapping(SafeFileHandle handle) => MappingHarm.None;

    /// <summary>Refuses a copy that was just read if the file was written to since it was last looked at.</summary>
    /// <param name="handle">A rented handle.</param>
    /// <param name="range">What was read.</param>
    /// <exception cref="FileChangedException">It was, and is as long as it was: the copy may not fit to older
    /// ones.</exception>
    void ThrowIfRewritten(SafeFileHandle handle, FileRange range)
    {
    }

    /// <summary>Ends a rental.</summary>
    void Return(SafeFileHandle handle);
}
