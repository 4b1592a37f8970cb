using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>Programs that make the mistake which guard is there to find, and one that does not.</summary>
internal static class Guarding
{
    private const int Smaller = 5_000, Larger = 300_000;

    /// <summary>Reads a span after its lease has ended. Under guard that ends the process.</summary>
    /// <param name="args">A path to make; <c>map</c>, <c>copy</c> or <c>small</c>; what the span is of; <c>guard</c> or
    /// <c>plain</c>.</param>
    public static void UseAfter(string[] args)
    {
        byte[] content = new byte[args[1] == "small" ? Smaller : Larger];
        new Random(19).NextBytes(content);
        File.WriteAllBytes(args[0], content);
        Backing backing = args[1] switch { "map" => Backing.Map, "copy" => Backing.Copy, _ => Backing.Auto };
        var manager = new MapManager(new MapManagerOptions { GuardLeases = args[3] == "guard" });
        MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = backing });

        ReadOnlySpan<byte> late = Late(file, args[2]);
        Console.WriteLine("using=1");
        Console.Out.Flush();
        throw new InvalidOperationException($"Byte {late[20]} could be read; it should be {content[120]}.");
    }

    /// <summary>Walks over many windows in little address space.</summary>
    /// <param name="args">A path to make, and how many windows.</param>
    public static void InLittleSpace(string[] args)
    {
        var options = new MapManagerOptions { GuardLeases = true };
        long windows = Check.Number(args[1]);
        using (SafeFileHandle handle =
            File.OpenHandle(args[0], FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, FileOptions.None))
            RandomAccess.SetLength(handle, windows * options.WindowSize);

        using var manager = new MapManager(options);
        // Mapped also where the file lies on tmpfs, of which holes are copied.
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        using WindowCursor cursor = file.CreateCursor();
        long shown = 0;
        for (long at = 0; cursor.MoveTo(at); at += options.WindowSize)
        {
            Check.That(cursor.Span[0] == 0, "A hole reads as zeroes.");
            shown++;
        }

        Check.Report("windows", shown);
    }

    /// <summary>Ends leases of more addresses than are kept, and then many small ones.</summary>
    /// <param name="args">A path to make.</param>
    public static void KeepAddresses(string[] args)
    {
        const long Gibibyte = 1L << 30;
        const int Long = 20, Short = 100;
        using (SafeFileHandle handle =
            File.OpenHandle(args[0], FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, FileOptions.None))
            RandomAccess.SetLength(handle, Long * Gibibyte);

        using var manager = new MapManager(new MapManagerOptions { GuardLeases = true });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        for (int i = 0; i < Long; i++) file.LeaseMemory(i * Gibibyte, (int)Gibibyte).Dispose();
        Check.Report("long", QuarantinedRanges.Count);
        for (int i = 0; i < Short; i++) file.LeaseMemory(i * 8192, 10).Dispose();
        Check.Report("all", QuarantinedRanges.Count);
    }

#pragma warning disable MMS001, MMS002, MMS004 // The mistakes that guard is there to find, made on purpose.
    /// <summary>A span from byte 100 of the file on, whose lease has ended.</summary>
    private static ReadOnlySpan<byte> Late(MappedFile file, string use)
    {
        switch (use)
        {
            case "span":
                SpanLease lease = file.LeaseSpan(100, 50);
                ReadOnlySpan<byte> span = lease.Span;
                lease.Dispose();
                return Unbound(span);
            case "copied-lease":
                SpanLease original = file.LeaseSpan(100, 50);
                SpanLease copy = original;
                original.Dispose();
                // The copy does not know; its bytes do.
                return Unbound(copy.Span);
            case "memory":
                MemoryLease memory = file.LeaseMemory(100, 50);
                ReadOnlySpan<byte> ofMemory = memory.Span;
                memory.Dispose();
                return ofMemory;
            case "cursor":
                WindowCursor cursor = file.CreateCursor();
                cursor.MoveTo(100);
                ReadOnlySpan<byte> shown = cursor.Span;
                cursor.Release();
                return shown;
            case "reader":
                PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = 100 });
                Check.That(reader.TryRead(out ReadResult result), "There is something to read.");
                ReadOnlySpan<byte> read = result.Buffer.FirstSpan;
                reader.Complete();
                return read;
            default:
                MemoryLease pinned = file.LeaseMemory(100, 50);
                MemoryHandle handle = pinned.Memory.Pin();
                pinned.Dispose();
                ReadOnlySpan<byte> held = At(handle);
                Check.That(held[20] == held[20], "A handle keeps the bytes after the lease.");
                handle.Dispose();
                return held;
        }
    }
#pragma warning restore MMS001, MMS002, MMS004

    /// <summary>The same span, of which the compiler no longer knows that it is bound to a lease.</summary>
    // SAFETY: none; reading it is the mistake that is made here on purpose.
    private static ReadOnlySpan<byte> Unbound(scoped ReadOnlySpan<byte> span) =>
        MemoryMarshal.CreateReadOnlySpan(in MemoryMarshal.GetReference(span), span.Length);

    // SAFETY: the handle pins 50 bytes until it is disposed.
    private static unsafe ReadOnlySpan<byte> At(MemoryHandle handle) => new(handle.Pointer, 50);
}
