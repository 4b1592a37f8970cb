using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Who keeps a file's handle: opened when first needed, closed when others need it more, opened again.</summary>
internal interface IHandleSource
{
    /// <summary>The file's name for messages.</summary>
    string Name { get; }

    /// <summary>What whoever opened the file first said of the order of use.</summary>
    AccessPattern Access { get; }

    /// <summary>A handle that stays open until it is given to <see cref="Return"/>.</summary>
    /// <exception cref="FileChangedException">It had to be opened again, and another file has its name now.</exception>
    SafeFileHandle Rent();

    /// <summary>Ends a rental.</summary>
    void Return(SafeFileHandle handle);
}
