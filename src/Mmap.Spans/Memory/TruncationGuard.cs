using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// The process's handler for pages that a mapping has lost. It maps zeroes in their place, and notes it, where the
/// system would end the process. It is machine code, because no managed code can run at such a fault.
/// </summary>
/// <remarks>
/// Installed at the first use and never removed, because another library's handler may point at it by then. Faults
/// outside watched mappings go to the previous handler, with the flags and the mask that it set. Added flags would
/// harm: with the alternate stack, for one, the runtime takes another's fault for a stack overflow. The bytes are
/// written to a file in memory and mapped read-only, so no address is both writable and executable.
/// </remarks>
// SAFETY: unsafe for the structures that the system fills and for the pages of the handler, as each method says.
internal static unsafe partial class TruncationGuard
{
    /// <summary>The environment variable: 0 turns the guard off, 1 turns it on where it has not been tried.</summary>
    public const string Switch = "MMAP_SPANS_TRUNCATION_GUARD";

    /// <summary>The maximum of the table's entries, if the system has no limit of mappings.</summary>
    private const int MostEntries = 1 << 20;

    private static readonly Lazy<(GuardTable? Table, string? Refusal)> s_installed = new(Install);

    private static int s_refusalTaken;

    /// <summary>
    /// The table of watched mappings; null, for the life of the process, if the installation was refused.
    /// </summary>
    public static GuardTable? Table => s_installed.Value.Table;

    /// <summary>Returns the reason why nothing can be watched, to the first caller only; null to all others.</summary>
    // Order: full; exactly one of several callers gets it.
    public static string? TakeRefusal() =>
        s_installed.Value.Refusal is { } refusal && Interlocked.Exchange(ref s_refusalTaken, 1) == 0 ? refusal : null;

    /// <summary>Installs a handler in front of the present one.</summary>
    /// <param name="code">Its bytes; the last eight become the table's address.</param>
    /// <param name="table">The table that it reads.</param>
    /// <returns>Null, or the refused call; nothing has changed then.</returns>
    [SupportedOSPlatform("linux")]
    public static string? TryInstall(ReadOnlySpan<byte> code, GuardTable table)
    {
        GuardCalls.SignalAction action, replaced;
        // SAFETY: both structures are as long as the C library's.
        if (GuardCalls.SetSignalAction(GuardCalls.BusError, null, &action) != 0) return Refused("sigaction");
        // Not every runtime has a handler; without one, ours could not pass on a foreign fault.
        bool hasHandler = (action.Flags & GuardCalls.WithCause) != 0 && action.Handler is not (0 or 1);
        if (!hasHandler) return "the runtime has no handler for SIGBUS";

        string? refusal = TryMapCode(code, table.Address, out nint handler);
        if (refusal is not null) return refusal;

        table.Previous = action.Handler;
        action.Handler = handler;
        // SAFETY: the pages of the handler and of the table stay for the life of the process.
        if (GuardCalls.SetSignalAction(GuardCalls.BusError, &action, &replaced) != 0)
        {
            refusal = Refused("sigaction");
            NativePages.TryFreeAddresses(new PageRange(handler, (nuint)Environment.SystemPageSize));
            return refusal;
        }

        // A handler installed in between now comes before ours.
        table.Previous = replaced.Handler;
        return null;
    }

    private static (GuardTable? Table, string? Refusal) Install()
    {
        string? wish = Environment.GetEnvironmentVariable(Switch);
        if (wish == "0") return (null, $"{Switch} is 0");
        if (!OperatingSystem.IsLinux() || CodeHere(wish == "1") is not { IsEmpty: false } code)
            return (null, $"there is no handler for {RuntimeInformation.RuntimeIdentifier}");

        GuardTable? table = null;
        try
        {
            table = GuardTable.Make(Math.Min(SystemLimits.MaxMappings / 2, MostEntries));
            string? refusal = TryInstall(code, table);
            if (refusal is null) return (table, null);
            table.Free();
            return (null, refusal);
        }
        catch (Exception e) when (e is IOException or InsufficientMemoryException or EntryPointNotFoundException)
        {
            table?.Free();
            return (null, e.Message);
        }
    }

    /// <summary>The bytes for this processor; empty if there are none, or if they have not been tried on one.</summary>
    private static ReadOnlySpan<byte> CodeHere(bool untriedToo) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 when untriedToo => Arm64,
        _ => default,
    };

    /// <summary>Puts the handler's bytes into executable memory that is not writable.</summary>
    /// <returns>Null, or the refused call.</returns>
    [SupportedOSPlatform("linux")]
    private static string? TryMapCode(ReadOnlySpan<byte> code, nint table, out nint address)
    {
        const uint CloseOnExec = 1;
        const int ReadAndRun = 5, SharedFlag = 1;
        address = 0;
        byte[] whole = code.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(whole.AsSpan(whole.Length - sizeof(long)), table);

        int descriptor = GuardCalls.CreateMemoryFile("Mmap.Spans", CloseOnExec);
        if (descriptor < 0) return Refused("memfd_create");
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(file, whole, 0);
        // SAFETY: a new mapping at an address that the system chooses; the bytes are complete and their writer is done.
        nint mapped = SystemCalls.Map(0, (nuint)Environment.SystemPageSize, ReadAndRun, SharedFlag, descriptor, 0);
        if (mapped is 0 or -1) return Refused("mmap of the handler");
        address = mapped;
        return null;
    }

    private static string Refused(string call) =>
        $"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";
}
