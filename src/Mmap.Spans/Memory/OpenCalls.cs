using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Opens files without the lock that the framework takes on Unix, a shared <c>flock</c>.</summary>
/// <remarks>
/// That lock would block other .NET programs that write, and programs that want the file for themselves. It would also
/// be refused while another program holds one. The framework's switch for it concerns the whole process, so a library
/// must not set it.
/// </remarks>
internal static partial class OpenCalls
{
    private const int NoEntryErrno = 2;
    private const int InterruptedErrno = 4;
    private const int WouldWaitErrno = 11;
    private const int NoAccessErrno = 13;
    private const int NotPermittedErrno = 1;
    private const int NoFolderErrno = 20;
    private const int NameTooLongErrno = 36;
    private const int SetFlags = 4;

    /// <summary>True if <see cref="Open"/> can be used here; a 32-bit process needs other flags.</summary>
    public static bool CanOpen { get; } =
        Environment.Is64BitProcess && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS());

    private static int CloseOnExec => OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;

    /// <summary>
    /// Opens a file for reading. On Linux neither this nor a read of a file that the kernel generates blocks, until
    /// <see cref="LetWait"/>.
    /// </summary>
    /// <exception cref="IOException">The system refuses; the exceptions are those of <see
    /// cref="File.OpenHandle"/>.</exception>
    [UnsupportedOSPlatform("windows")]
    public static SafeFileHandle Open(string path)
    {
        const int NoWaiting = 0x800;
        int flags = CloseOnExec | (OperatingSystem.IsLinux() ? NoWaiting : 0);
        while (true)
        {
            int file = OpenFile(path, flags);
            if (file >= 0) return new SafeFileHandle(file, ownsHandle: true);
            int errno = Marshal.GetLastPInvokeError();
            // Another process has a lease on the file, which this open ends; that takes its holder a moment.
            if (errno == WouldWaitErrno) flags &= ~NoWaiting;
            else if (errno != InterruptedErrno) throw Refusal(path, errno);
        }
    }

    /// <summary>Makes reads through a handle block again, as they do by default.</summary>
    [SupportedOSPlatform("linux")]
    public static void LetWait(SafeFileHandle handle) => SetFileFlags((int)handle.DangerousGetHandle(), SetFlags, 0);

    /// <summary>True if the error means that there is nothing to read yet.</summary>
    public static bool WouldWait(IOException e) => OperatingSystem.IsLinux() && e.HResult == WouldWaitErrno;

    /// <summary>Polls a handle for reading (1) and writing (4); -1 if the system does not tell.</summary>
    // SAFETY: unsafe for the structure of the one call inside, which lives on this stack.
    [SupportedOSPlatform("linux")]
    public static unsafe int ReadyFor(SafeFileHandle handle)
    {
        const short ReadOrWrite = 1 | 4;
        var question = new PollRequest { File = (int)handle.DangerousGetHandle(), Wanted = ReadOrWrite };
        // SAFETY: one structure on this stack, and 1 is passed as their number; the kernel fills its last member.
        return Poll(&question, 1, 0) < 0 ? -1 : question.Ready;
    }

    private static Exception Refusal(string path, int errno)
    {
        switch (errno)
        {
            case NoEntryErrno when Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder):
                return new FileNotFoundException($"Could not find file '{path}'.", path);
            case NoEntryErrno or NoFolderErrno:
                return new DirectoryNotFoundException($"Could not find a part of the path '{path}'.");
            case NoAccessErrno or NotPermittedErrno:
                return new UnauthorizedAccessException($"Access to the path '{path}' is denied.");
            case NameTooLongErrno when OperatingSystem.IsLinux():
                return new PathTooLongException($"The path '{path}' is too long.");
            default:
                return new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
        }
    }

    /// <summary>POSIX <c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int File;
        public short Wanted;
        public short Ready;
    }

    // SAFETY: the path is passed as a string that ends with a zero; without a flag that creates, no third argument is
    // read.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    // SAFETY: no memory is touched. Linux only, where variadic arguments are passed in the same way.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int SetFileFlags(int file, int command, nint flags);

    // SAFETY: as many structures are read and filled as are counted.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollRequest* requests, nuint count, int milliseconds);
}
