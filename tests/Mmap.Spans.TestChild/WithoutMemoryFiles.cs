using System.Runtime.InteropServices;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>A process that the kernel refuses files in memory, as a container's filter may.</summary>
internal static partial class WithoutMemoryFiles
{
    /// <summary>Opens files under the truncation guard, which is then unavailable.</summary>
    /// <param name="args">A path to make.</param>
    public static void Load(string[] args)
    {
        Refuse(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 319u : 279u);
        for (int i = 0; i < 2; i++)
        {
            using var file = new GuardedFile(args[0], 64, seed: 41);
            RegionMemory memory = file.Backing.Load(0, file.Content.Length);
            Check.That(memory.IsCopy && memory.Watch is null, "It is a copy.");
            file.CutTo(0);
            Check.That(GuardedFile.Bytes(memory).SequenceEqual(file.Content), "A copy keeps what the file loses.");
            Check.That(file.Backing.TryUnload(memory), "It is freed.");
            bool told = file.Refused?.Contains("memfd_create", StringComparison.Ordinal) ?? false;
            Check.That(told == (i == 0), $"The first is told why, and no other: {file.Refused}");
        }
    }

    /// <summary>Has a system call fail with EPERM, for this thread and those it starts.</summary>
    private static unsafe void Refuse(uint number)
    {
        const int NoNewPrivileges = 38, SetFilter = 22, Filter = 2;
        Check.That(Control(NoNewPrivileges, 1, 0, 0, 0) == 0, "Privileges can be given up.");
        // Load the number; if it is the one, fail with EPERM, else allow.
        ulong* program = stackalloc ulong[4]
        {
            0x20, 0x15 | (1UL << 24) | ((ulong)number << 32), 0x06 | (0x00050001UL << 32), 0x06 | (0x7FFF0000UL << 32),
        };
        // SAFETY: struct sock_fprog is a count of 16 bits and, after padding, the pointer; four instructions stand
        // there.
        nint* filter = stackalloc nint[2] { 4, (nint)program };
        Check.That(Control(SetFilter, Filter, (nint)filter, 0, 0) == 0, "The filter is set.");
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint argument2, nint argument3, nint argument4, nint argument5);
}
