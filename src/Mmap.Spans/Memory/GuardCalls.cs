using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mmap.Spans.Memory;

/// <summary>The system's calls that install a signal handler of machine code.</summary>
// SAFETY: unsafe for the pointers in the declarations; each call's requirement stands above it.
internal static unsafe partial class GuardCalls
{
    /// <summary>The signal of a mapping whose page the file does not have, on x64 and arm64.</summary>
    public const int BusError = 7;

    /// <summary>Says that a handler takes the cause and the context.</summary>
    public const int WithCause = 4;

    /// <summary>The C library's <c>struct sigaction</c>, of glibc and musl alike on x64 and arm64.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 160)]
    public struct SignalAction
    {
        [FieldOffset(0)] public nint Handler;
        [FieldOffset(136)] public int Flags;
    }

    /// <summary>Gets or sets the action of a signal.</summary>
    // SAFETY: the C library fills and reads 152 bytes of the 160; a handler that is set must stay code for ever.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    public static partial int SetSignalAction(int signal, SignalAction* action, SignalAction* old);

    /// <summary>A file in memory, without a name in any folder.</summary>
    [SupportedOSPlatform("linux")]
    [LibraryImport(
        "libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateMemoryFile(string name, uint flags);
}
