using System.Runtime.InteropServices;
using Mmap.Spans.Files;

namespace Mmap.Spans.TestChild;

/// <summary>A process whose system refuses <c>statx</c>, as old container hosts do.</summary>
internal static unsafe partial class RefusedStatus
{
    private const int CannotFilter = 99;

    /// <summary>Runs the operations that depend on the identity and the kind of a file.</summary>
    /// <param name="args">A folder with the files a and b and a pipe; the errno that the call is refused with.</param>
    public static void Tell(string[] args)
    {
        Refuse((ushort)Check.Number(args[1]));
        string a = Path.Combine(args[0], "a"), b = Path.Combine(args[0], "b");
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxOpenHandles = 1 });
        using MappedFile first = manager.Open(a), again = manager.Open(a);
        first.LeaseMemory(0, 10).Dispose();
        Check.That(manager.GetStatistics() is { OpenFiles: 1 }, "Two opens of one file share it.");

        // Its handle is closed for the other file's, and its name taken by a third.
        using MappedFile closer = manager.Open(b);
        File.Move(b, a, overwrite: true);
        Check.That(first.Refresh() == FileChange.Replaced, "The name is another file's now.");
        Throws<FileChangedException>(() => first.LeaseMemory(200_000, 10).Dispose());

        Throws<NotSupportedException>(() => manager.Open(Path.Combine(args[0], "pipe")));
        Throws<NotSupportedException>(() => manager.Open("/dev/zero"));
        long seconds = FileStatus.OfPath(a)!.Value.Look.ModifiedAt / 1_000_000_000;
        long expected = new DateTimeOffset(File.GetLastWriteTimeUtc(a)).ToUnixTimeSeconds();
        Check.That(seconds == expected, $"The last write was at {expected}, and not at {seconds}.");
        using MappedFile status = manager.Open("/proc/self/status");
        Check.Report("status", status.Length);
    }

    private static void Throws<T>(Action action) where T : Exception
    {
        try
        {
            action();
        }
        catch (T)
        {
            return;
        }

        throw new InvalidOperationException($"No {typeof(T).Name} was thrown.");
    }

    /// <summary>
    /// Forbids the call to all threads of this process; ends the process if the system has no such filters.
    /// </summary>
    private static void Refuse(ushort errno)
    {
        const int NoNewPrivileges = 38;
        const nint FilterMode = 1, AllThreads = 1;
        (uint statX, nint secComp) = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => (332u, 317),
            Architecture.Arm64 => (291u, 277),
            _ => (0u, (nint)0),
        };
        // Load the number of the call; if it is statx, refuse it; else allow it.
        Instruction* program = stackalloc Instruction[]
        {
            new() { Code = 0x20, Value = 0 },
            new() { Code = 0x15, IfNot = 1, Value = statX },
            new() { Code = 0x06, Value = 0x00050000u | errno },
            new() { Code = 0x06, Value = 0x7FFF0000 },
        };
        var filter = new Filter { Length = 4, Program = program };
        // SAFETY: the kernel copies the program, which lives on this stack until the call returns.
        if (secComp != 0 && Control(NoNewPrivileges, 1, 0, 0, 0) == 0
            && SystemCall(secComp, FilterMode, AllThreads, &filter) == 0) return;
        Console.Error.WriteLine("The system takes no filter of calls here.");
        Environment.Exit(CannotFilter);
    }

    /// <summary>Linux's <c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction
    {
        public ushort Code;
        public byte If;
        public byte IfNot;
        public uint Value;
    }

    /// <summary>Linux's <c>struct sock_fprog</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Filter
    {
        public ushort Length;
        public Instruction* Program;
    }

    // SAFETY: takes numbers alone.
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int what, nint second, nint third, nint fourth, nint fifth);

    // SAFETY: reads the filter and the program that it points to.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint operation, nint flags, Filter* filter);
}
