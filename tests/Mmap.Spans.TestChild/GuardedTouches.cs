using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>Every way to touch bytes that the file has lost, under the truncation guard.</summary>
internal static class GuardedTouches
{
    /// <summary>The ways, each with the number that it makes of the bytes.</summary>
    public static readonly (string Name, Func<nint, int, long> Touch)[] Ways =
    [
        ("loop", Loop),
        ("index-of", (address, length) => At(address, length).IndexOf((byte)1)),
        ("count", (address, length) => At(address, length).Count((byte)'a')),
        ("vector256", (address, length) => Sum256(At(address, length))),
        ("vector512", (address, length) => Sum512(At(address, length))),
        ("copy-to", (address, length) => Hash(At(address, length).ToArray())),
        ("marshal-copy", MarshalCopy),
        ("sha-256", (address, length) => BitConverter.ToInt64(SHA256.HashData(At(address, length)))),
        ("utf-8", (address, length) => Encoding.UTF8.GetCharCount(At(address, length))),
    ];

    /// <summary>Cuts a file under a mapping and touches it by each way.</summary>
    /// <param name="args">A path to make.</param>
    public static void Touch(string[] args)
    {
        const int Pages = 64;
        int page = Environment.SystemPageSize, kept = 20 * page + 123, lost = 21 * page;
        using var file = new GuardedFile(args[0], Pages, seed: 23);
        foreach ((string name, Func<nint, int, long> touch) in Ways)
        {
            RegionMemory memory = file.LoadAll();
            long before = TruncationGuard.Table!.Faults;
            file.CutTo(kept);
            long seen = touch(memory.Address, memory.Length);
            long faults = TruncationGuard.Table.Faults - before;
            nint told = memory.Watch!.UnreadableFrom - memory.Address;
            Check.That(seen == OfCopy(touch, file.CutContent(kept)), $"{name} sees what is left, and zeroes.");
            Check.That(faults == 1, $"{name} meets one fault, not {faults}.");
            Check.That(told == lost, $"{name} is told of the first page after the cut, not {told}.");
            file.MakeWhole();
            Check.That(GuardedFile.Bytes(memory)[lost] == 0, "Zeroes stay zeroes when the file is whole again.");
            Check.That(file.Backing.TryUnload(memory), "It is unmapped.");
            Check.That(memory.Watch.UnreadableFrom == memory.Address + lost, "It is known of after the unmap, too.");
        }

        TouchByKernel(file, args[0] + ".out");
        Check.That(file.Mappings() == 0, "Nothing is left mapped.");
        Check.Report("ways", Ways.Length);
        Check.Report("faults", TruncationGuard.Table!.Faults);
    }

    /// <summary>Lets four threads fault in one page at the same time.</summary>
    /// <param name="args">A path to make, and how many rounds.</param>
    public static void TouchTogether(string[] args)
    {
        const int Threads = 4, Pages = 32;
        long rounds = Check.Number(args[1]);
        using var file = new GuardedFile(args[0], Pages, seed: 29);
        RegionMemory memory = default;
        long wrong = 0;
        using var start = new Barrier(Threads, _ => file.CutTo(0));
        using var end = new Barrier(Threads, _ =>
        {
            if (memory.Watch!.UnreadableFrom != memory.Address || !file.Backing.TryUnload(memory)) wrong++;
            file.MakeWhole();
            memory = file.LoadAll();
        });

        memory = file.LoadAll();
        var threads = new Thread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (long round = 0; round < rounds; round++)
                {
                    start.SignalAndWait();
                    if (GuardedFile.Bytes(memory)[123] != 0) Interlocked.Increment(ref wrong);
                    end.SignalAndWait();
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        Check.That(file.Backing.TryUnload(memory), "It is unmapped.");
        Check.Report("faults", TruncationGuard.Table!.Faults);
        Check.Report("wrong", wrong);
        Check.Report("mappings", file.Mappings());
    }

    /// <summary>A read by the kernel for a call meets no fault: the call fails.</summary>
    private static void TouchByKernel(GuardedFile file, string other)
    {
        RegionMemory memory = file.LoadAll();
        long before = TruncationGuard.Table!.Faults;
        file.CutTo(0);
        using SafeFileHandle output = File.OpenHandle(other, FileMode.Create, FileAccess.Write);
        try
        {
            RandomAccess.Write(output, GuardedFile.Bytes(memory), 0);
            Check.That(false, "The kernel cannot read what is gone.");
        }
        catch (IOException)
        {
            Check.That(TruncationGuard.Table.Faults == before, "The kernel's own read signals nobody.");
        }

        file.MakeWhole();
        Check.That(file.Backing.TryUnload(memory), "It is unmapped.");
    }

    /// <summary>The result of a way for the same bytes in an array.</summary>
    public static long OfCopy(Func<nint, int, long> touch, byte[] content)
    {
        GCHandle pinned = GCHandle.Alloc(content, GCHandleType.Pinned);
        try
        {
            return touch(pinned.AddrOfPinnedObject(), content.Length);
        }
        finally
        {
            pinned.Free();
        }
    }

    // SAFETY: the callers' mapping or array is that long and stays.
    private static unsafe ReadOnlySpan<byte> At(nint address, int length) => new((byte*)address, length);

    private static long Loop(nint address, int length)
    {
        long sum = 0;
        foreach (byte value in At(address, length)) sum = sum * 31 + value;
        return sum;
    }

    private static long MarshalCopy(nint address, int length)
    {
        byte[] copy = new byte[length];
        Marshal.Copy(address, copy, 0, length);
        return Hash(copy);
    }

    private static long Hash(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        foreach (byte value in bytes) sum = sum * 31 + value;
        return sum;
    }

    private static long Sum256(ReadOnlySpan<byte> bytes)
    {
        Vector256<byte> sum = default;
        for (int at = 0; at + 32 <= bytes.Length; at += 32) sum += Vector256.Create(bytes[at..]);
        return Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<Vector256<byte>>(in sum)));
    }

    private static long Sum512(ReadOnlySpan<byte> bytes)
    {
        Vector512<byte> sum = default;
        for (int at = 0; at + 64 <= bytes.Length; at += 64) sum += Vector512.Create(bytes[at..]);
        return Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<Vector512<byte>>(in sum)));
    }
}
