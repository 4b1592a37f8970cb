using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>Faults outside of watched mappings: with and without the truncation guard they must end alike.</summary>
internal static partial class ForeignFaults
{
    private const int OnAlternateStack = 0x0800_0000;

    /// <summary>Meets one.</summary>
    /// <param name="args">A path to make; the kind; <c>none</c>, <c>guard</c>, or <c>on-stack</c> for the guard with a
    /// flag too many.</param>
    public static void Meet(string[] args)
    {
        bool guarded = args[2] == "none" || TruncationGuard.Table is not null;
        Check.That(guarded, $"No guard: {TruncationGuard.TakeRefusal()}");
        if (args[2] == "on-stack") AskForAlternateStack();
        Console.WriteLine("touching=1");
        Console.Out.Flush();
        switch (args[1])
        {
            case "bus-managed": Console.WriteLine($"read={Read(MapAndCut(args[0]))}"); break;
            case "bus-native": Check.That(SHA256.HashData(At(MapAndCut(args[0]))).Length > 0, "It ends before."); break;
            case "segment": Console.WriteLine($"read={Read(64 << 20)}"); break;
            case "null": Check.That(IsNullCaught(null), "A null reference is an exception."); break;
            case "raise": Check.That(Raise(GuardCalls.BusError) == 0, "The signal is sent."); break;
            case "child": Check.That(EndOfChild() == 135, "A child's bus error is its own affair."); break;
        }
    }

    private static nint MapAndCut(string path)
    {
        File.WriteAllBytes(path, new byte[1 << 20]);
        MemoryMappedViewAccessor view = MemoryMappedFile.CreateFromFile(path).CreateViewAccessor();
        nint address = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(handle, 0);
        return address;
    }

    // SAFETY: none; the fault is the purpose.
    private static unsafe byte Read(nint address) => *(byte*)(address + 5000);

    // SAFETY: as above.
    private static unsafe ReadOnlySpan<byte> At(nint address) => new((byte*)address, 1 << 20);

    private static bool IsNullCaught(string? nothing)
    {
        try
        {
            return nothing!.Length < 0;
        }
        catch (NullReferenceException)
        {
            return true;
        }
    }

    private static int EndOfChild()
    {
        using Process shell = Process.Start("/bin/sh", ["-c", "kill -BUS $$"]);
        shell.WaitForExit();
        return shell.ExitCode;
    }

    // SAFETY: the structure is as long as the C library's, and the handler is the one that is there.
    private static unsafe void AskForAlternateStack()
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        GuardCalls.SignalAction action = default;
        Check.That(GuardCalls.SetSignalAction(GuardCalls.BusError, null, &action) == 0, "The action can be read.");
        action.Flags |= OnAlternateStack;
        Check.That(GuardCalls.SetSignalAction(GuardCalls.BusError, &action, null) == 0, "The action can be set.");
    }

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
