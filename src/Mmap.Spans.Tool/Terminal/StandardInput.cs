using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Standard input as a file: a file, a pipe or the keyboard.</summary>
internal sealed class StandardInput
{
    /// <summary>The name of standard input on the command line.</summary>
    public const string Name = "-";

    private readonly SafeFileHandle? _handle;
    private readonly Func<Stream> _stream;
    private readonly Lazy<InputKind> _kind;

    /// <param name="handle">Its handle, if there is one.</param>
    /// <param name="stream">Its bytes in order.</param>
    /// <param name="isKeyboard">True if it is a keyboard.</param>
    public StandardInput(SafeFileHandle? handle, Func<Stream> stream, bool isKeyboard = false)
    {
        _handle = handle;
        _stream = stream;
        _kind = new Lazy<InputKind>(() => isKeyboard ? InputKind.Device : KindOf(handle));
    }

    /// <summary>The kind of input. Asked only if a command line does not say what to read.</summary>
    public InputKind Kind => _kind.Value;

    /// <summary>The standard input of this process.</summary>
    public static StandardInput OfProcess() => new(
        OperatingSystem.IsWindows() ? null : new SafeFileHandle(0, ownsHandle: false),
        Console.OpenStandardInput,
        !Console.IsInputRedirected);

    /// <summary>Opens it as a file at its start.</summary>
    /// <remarks>Windows need a file. A pipe, or a file that was read in part before, is copied into an unnamed file
    /// first.</remarks>
    public MappedFile Open(MapManager manager, MappedFileOptions options)
    {
        if (Kind == InputKind.File && IsAtStart(_handle!)) return manager.Open(_handle!, options);

        using FileStream copy = UnnamedFile.Create();
        using Stream stream = _stream();
        stream.CopyTo(copy, 1 << 20);
        return manager.Open(copy.SafeFileHandle, options);
    }

    private static InputKind KindOf(SafeFileHandle? handle)
    {
        if (handle is null) return InputKind.Stream;
        try
        {
            using FileStream stream = Borrow(handle);
            if (!stream.CanSeek) return InputKind.Stream;

            using var manager = new MapManager();
            using MappedFile file = manager.Open(handle);
            return InputKind.File;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A device that can be sought, such as /dev/null; a folder; or a closed handle.
            return InputKind.Device;
        }
    }

    private static bool IsAtStart(SafeFileHandle handle)
    {
        using FileStream stream = Borrow(handle);
        return stream.Position == 0;
    }

    /// <summary>A stream that leaves the handle open.</summary>
    private static FileStream Borrow(SafeFileHandle handle) =>
        new(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0);
}

/// <summary>The kinds of standard input.</summary>
internal enum InputKind
{
    /// <summary>A file: reading it never blocks.</summary>
    File,

    /// <summary>A pipe or a socket: bytes arrive when somebody writes them.</summary>
    Stream,

    /// <summary>A keyboard, a device such as /dev/null, or nothing.</summary>
    Device,
}
