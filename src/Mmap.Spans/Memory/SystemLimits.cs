using System.Globalization;

namespace Mmap.Spans.Memory;

/// <summary>The limits of this system, read once at the first use.</summary>
// SAFETY: unsafe for two structures on the stack that the system fills; both are at least as long as it writes.
internal static unsafe class SystemLimits
{
    /// <summary>The alignment of the start of a mapping, in bytes: the page, or 64 KiB on Windows.</summary>
    public static int AllocationGranularity { get; } = ReadGranularity();

    /// <summary>
    /// The maximum of mappings of the process, if the system has one; reaching it ends a .NET process.
    /// </summary>
    public static int MaxMappings { get; } = ReadMaxMappings();

    /// <summary>The maximum of open file handles of the process.</summary>
    public static int MaxHandles { get; } = ReadMaxHandles();

    /// <summary>
    /// True for errors that evicting regions or closing handles can cure: a lack of memory, address space, mappings or
    /// handles.
    /// </summary>
    public static bool IsExhausted(Exception e)
    {
        if (e is OutOfMemoryException) return true;
        if (e is not IOException) return false;

        // Unix puts the plain errno here, Windows an HRESULT around its error: not enough memory 8, too many open
        // files 4, no system resources 1450, commitment limit 1455.
        return OperatingSystem.IsWindows()
            ? (e.HResult & 0xFFFF) is 4 or 8 or 1450 or 1455
            : e.HResult is SystemCalls.OutOfMemoryErrno or SystemCalls.TooManyFilesErrno
                or SystemCalls.TooManyFilesSystemErrno;
    }

    /// <summary>The exception's message as a sentence that another may follow.</summary>
    public static string SentenceOf(Exception e) => e.Message.EndsWith('.') ? e.Message : e.Message + ".";

    /// <summary>The limits that an administrator would look at, as a sentence for an error.</summary>
    public static string Describe() => OperatingSystem.IsWindows()
        ? "The limits are the process's address space and the system's commit charge."
        : string.Create(CultureInfo.InvariantCulture,
            $"The limits are ulimit -v (address space), ulimit -n (handles, {MaxHandles}) and "
            + $"vm.max_map_count (mappings, {MaxMappings}).");

    /// <summary>
    /// The bytes of address space that the process may have; a very large number where there is no limit.
    /// </summary>
    public static long AddressSpaceBytes
    {
        get
        {
            if (OperatingSystem.IsWindows() || !Environment.Is64BitProcess) return long.MaxValue;

            int resource = OperatingSystem.IsMacOS() ? 5 : 9;
            SystemCalls.ResourceLimit limit;
            // SAFETY: RLIMIT_AS is 9 on Linux and 5 on macOS; both fill two 64-bit members in a 64-bit process.
            int answer = SystemCalls.GetResourceLimit(resource, &limit);
            return answer == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : long.MaxValue;
        }
    }

    private static int ReadGranularity()
    {
        if (!OperatingSystem.IsWindows()) return Environment.SystemPageSize;

        // SAFETY: SYSTEM_INFO is 48 bytes at most; dwAllocationGranularity lies after two DWORDs, three pointers and
        // two more DWORDs.
        byte* info = stackalloc byte[64];
        SystemCalls.GetSystemInfo(info);
        return *(int*)(info + 8 + 3 * sizeof(nint) + 8);
    }

    private static int ReadMaxMappings()
    {
        const int LinuxDefault = 65_530;
        const string Setting = "/proc/sys/vm/max_map_count";
        if (!OperatingSystem.IsLinux() || !File.Exists(Setting)) return LinuxDefault;

        string text = File.ReadAllText(Setting);
        bool isRead = int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int max);
        return isRead && max > 0 ? max : LinuxDefault;
    }

    private static int ReadMaxHandles()
    {
        const int Generous = 4096;
        if (OperatingSystem.IsWindows() || !Environment.Is64BitProcess) return Generous;

        int resource = OperatingSystem.IsMacOS() ? 8 : 7;
        SystemCalls.ResourceLimit limit;
        // SAFETY: RLIMIT_NOFILE is 7 on Linux and 8 on macOS; both fill two 64-bit members in a 64-bit process.
        int answer = SystemCalls.GetResourceLimit(resource, &limit);
        return answer == 0 ? (int)Math.Min(limit.Soft, int.MaxValue) : Generous;
    }
}
