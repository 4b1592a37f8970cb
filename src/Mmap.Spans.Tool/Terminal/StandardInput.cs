using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Standard input as a file: it may be one, or a pipe, or the keyboard.</summary>
internal sealed class StandardInput
{
    /// <summary>How it is named on the command line.</summary>
    public const string Name = "-";

    private readonly SafeFileHandle? _handle;
    private readonly Func<Stream> _stream;
    private readonly Lazy<InputKind> _kind;

    /// <param name="handle">Its handle, if it may be asked for.</param>
    /// <param name="stream">Its bytes, one after the other.</param>
    /// <param name="isKeyboard">Whether somebody types it.</param>
    public StandardInput(SafeFileHandle? handle, Func<Stream> stream, bool isKeyboard = false)
    {
        _handle = handle;
        _stream = stream;
        _kind = new Lazy<InputKind>(() => isKeyboard ? InputKind.Device : KindOf(handle));
    }

    /// <summary>What is behind it. Asked only when a command line leaves it open what to read.</summary>
    public InputKind Kind => _kind.Value;

    /// <summary>That of this process.</summary>
    public static StandardInput OfProcess() => new(
        OperatingSystem.IsWindows() ? null : new SafeFileHandle(0, ownsHandle: false), Console.OpenStandardInput, !Console.IsInputRedirected);

    /// <summary>Opens it as a file, with nothing read from it yet.</summary>
    /// <remarks>Windows need a file, so the bytes of a pipe, or of a file that was read in part before, are copied into
    /// an unnamed one first.</remarks>
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // A device that lets itself be sought, as /dev/null does; a folder; or it is closed.
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

/// <summary>What standard input is.</summary>
internal enum InputKind
{
    /// <summary>A file: reading it never waits for anybody.</summary>
    File,

    /// <summary>A pipe or a socket: bytes that come when somebody writes them.</summary>
    Stream,

    /// <summary>A keyboard, a device such as /dev/null, or nothing: what a command gets that is not meant to read it.</summary>
    Device,
}
