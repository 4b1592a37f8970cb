using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Lends a file's handle; may close it in between and reopen it.</summary>
internal interface IHandleSource
{
    /// <summary>The file's name for messages.</summary>
    string Name { get; }

    /// <summary>The first opener's order of use.</summary>
    AccessPattern Access { get; }

    /// <summary>Lends a handle that stays open until <see cref="Return"/>.</summary>
    /// <exception cref="FileChangedException">The file had to be reopened, and another file has its name
    /// now.</exception>
    SafeFileHandle Rent();

    /// <summary>
    /// The handle if it is open, for one call of the framework that keeps a reference of its own: without a rental it
    /// may be closed at any moment, and such a call throws <see cref="ObjectDisposedException"/> then. Else null.
    /// </summary>
    SafeFileHandle? Peek() => null;

    /// <summary>The present length and the time of the last write.</summary>
    /// <param name="handle">A rented handle.</param>
    FileLook Look(SafeFileHandle handle) => new(RandomAccess.GetLength(handle), 0);

    /// <summary>True if <see cref="HarmOfMapping"/> must be called.</summary>
    bool MayBeHarmedByMapping => true;

    /// <summary>The harm of mapping the file.</summary>
    /// <param name="handle">A rented handle.</param>
    MappingHarm HarmOfMapping(SafeFileHandle handle) => MappingHarm.None;

    /// <summary>Throws if the file of a copy just read was written to since the last look.</summary>
    /// <param name="handle">A rented handle.</param>
    /// <param name="range">The range of the copy.</param>
    /// <exception cref="FileChangedException">The file was written to, and its length is the same: the copy may not fit
    /// to older ones.</exception>
    void ThrowIfRewritten(SafeFileHandle handle, FileRange range)
    {
    }

    /// <summary>Ends a rental.</summary>
    void Return(SafeFileHandle handle);
}
