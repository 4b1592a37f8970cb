using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mmap.Spans.TestChild;

/// <summary>
/// Every kind of lease, by every way to touch: of a truncated file they show the remaining bytes and zeroes, the
/// process goes on, and the lease says so. The lease does not complain of bytes that it showed before the truncation.
/// </summary>
internal static class LeasedTouches
{
    private const int Pages = 64, WindowPages = 16;

    private static readonly int s_page = Environment.SystemPageSize;

    private delegate void Lease(MappedFile file, GuardedFile content, Func<nint, int, long> touch);

    private static readonly (string Name, Lease Lease)[] s_kinds =
    [
        ("span", Span), ("span without a slot", SpanWithoutSlot), ("exact span", ExactSpan), ("memory", Memory),
        ("sequence", Sequence), ("cursor", Cursor), ("cursor that gives more", GivingCursor),
        ("cursor that is released", ReleasedCursor), ("buffer", Buffer), ("reader", Reader), ("stream", Stream),
        ("stream of a window", StreamOfAWindow), ("stream that is copied", CopiedStream),
        ("parser that throws", Parser), ("copies and values", Copies),
    ];

    /// <summary>The bytes of the file after the cut, of which a part of a page is left.</summary>
    private static int Kept => 10 * s_page;

    /// <summary>Does all of it.</summary>
    /// <param name="args">A path to make.</param>
    public static void Touch(string[] args)
    {
        using var content = new GuardedFile(args[0], Pages, seed: 43);
        var options = new MapManagerOptions { WindowSize = WindowPages * s_page, Overlap = s_page };
        using var manager = new MapManager(options);
        MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.TruncationSafe });
        foreach ((string kind, Lease lease) in s_kinds)
        {
            foreach ((string way, Func<nint, int, long> touch) in GuardedTouches.Ways)
            {
                try
                {
                    lease(file, content, touch);
                    content.MakeWhole();
                    CheckWhole(file, content);
                }
                catch (Exception e) when (e is not InvalidOperationException)
                {
                    throw new InvalidOperationException($"{kind}, {way}: {e}", e);
                }
            }
        }

        MapStatistics now = manager.GetStatistics();
        Check.That(now.LiveHeapLeases == 0, $"All is given back: {now}");
        Check.That(now.FallbacksToCopy == 0 && now.CopiedBytes == 0, "Nothing was copied.");
        Check.Report("cases", s_kinds.Length * GuardedTouches.Ways.Length);
        Check.Report("unreadable", now.UnreadableRegions);
        file.Dispose();
        Check.Report("mappings", content.Mappings());
    }

    private static void Span(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        SpanLease before = file.LeaseSpan(0, 8 * s_page), across = file.LeaseSpan(0, WindowPages * s_page);
        SpanLease copy = across;
        content.CutTo(Kept);
        CheckTouch(across.Span, 0, content, touch);
        before.ThrowIfUnreadable();
        before.Dispose();
        bool told = false;
        try
        {
            across.ThrowIfUnreadable();
        }
        catch (FileChangedException)
        {
            told = true;
        }

        Check.That(told && IsToldAtEnd(ref across), "A span lease says so, and again at its end.");
        Check.That(!IsToldAtEnd(ref copy) && !IsToldAtEnd(ref across), "A copy says nothing, nor does a second end.");
    }

    private static void SpanWithoutSlot(MappedFile file, GuardedFile content, Func<nint, int, long> touch) =>
        SpanWithoutSlot(file, content, touch, others: 1);

    private static void SpanWithoutSlot(MappedFile file, GuardedFile content, Func<nint, int, long> touch, int others)
    {
        // The lease after sixteen others is a reference.
        using SpanLease other = file.LeaseSpan(0, 8);
        if (others < 16)
        {
            SpanWithoutSlot(file, content, touch, others + 1);
            return;
        }

        SpanLease lease = file.LeaseSpan(s_page, (WindowPages - 1) * s_page), copy = lease;
        content.CutTo(Kept);
        CheckTouch(lease.Span, s_page, content, touch);
        Check.That(IsToldAtEnd(ref lease), "A span lease without a slot says so at its end.");
        Check.That(!IsToldAtEnd(ref copy), "A copy of it says nothing.");
    }

    private static void ExactSpan(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        SpanLease lease = file.LeaseSpan(5, 3 * WindowPages * s_page);
        content.CutTo(Kept);
        CheckTouch(lease.Span, 5, content, touch);
        Check.That(IsToldAtEnd(ref lease), "A lease that crosses edges says so at its end.");
    }

    private static void Memory(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        MemoryLease lease = file.LeaseMemory(100, WindowPages * s_page - 100), before = file.LeaseMemory(0, Kept);
        content.CutTo(Kept);
        CheckTouch(lease.Span, 100, content, touch);
        before.ThrowIfUnreadable();
        before.Dispose();
        Check.That(IsTold(lease.ThrowIfUnreadable) && IsTold(lease.Dispose), "A memory lease says so, and at its end.");
        Check.That(!IsTold(lease.Dispose), "It says so once.");
    }

    private static void Sequence(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        SequenceLease lease = file.LeaseSequence(0, Pages * s_page);
        content.CutTo(Kept);
        long offset = 0;
        foreach (ReadOnlyMemory<byte> part in lease.Sequence)
        {
            CheckTouch(part.Span, offset, content, touch);
            offset += part.Length;
        }

        Check.That(IsTold(lease.ThrowIfUnreadable) && IsTold(lease.Dispose), "A sequence says so, and at its end.");
        Check.That(!IsTold(lease.Dispose), "It says so once.");
        Check.That(file.Manager.GetStatistics().LiveHeapLeases == 0, "All of it is given back.");
    }

    private static void Cursor(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using WindowCursor cursor = file.CreateCursor();
        cursor.MoveTo(10, 8 * s_page);
        content.CutTo(Kept);
        CheckTouch(cursor.Span, 10, content, touch);
        Check.That(cursor.MoveTo(10), "What was shown is whole, so it moves.");
        CheckTouch(cursor.Span, 10, content, touch);
        Check.That(IsTold(cursor.ThrowIfUnreadable), "A cursor says so.");
        Check.That(IsTold(() => cursor.MoveTo(0)), "It says so at the next move.");
        Check.That(!cursor.IsValid && cursor.MoveTo(0, 100), "It is released then, and can be moved again.");
        Check.That(cursor.GetSpan(200, 100).Length == 100 && cursor.Length == 100, "It gives more than it shows.");
    }

    private static void GivingCursor(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using WindowCursor cursor = file.CreateCursor(), other = file.CreateCursor(), back = file.CreateCursor();
        cursor.MoveTo(0, 100);
        other.MoveTo(0, 100);
        back.MoveTo(12 * s_page, 100);
        ReadOnlySpan<byte> given = cursor.GetSpan(s_page, 12 * s_page), window = other.WindowSpan;
        ReadOnlySpan<byte> before = back.GetSpan(9 * s_page, 2 * s_page);
        content.CutTo(Kept);
        CheckTouch(given, s_page, content, touch);
        Check.That(IsTold(() => cursor.GetSpan(0, 10)), "What was given is looked at when more is wanted.");
        CheckTouch(window, 0, content, touch);
        Check.That(IsTold(other.Release), "So is the window.");
        CheckTouch(before, 9 * s_page, content, touch);
        var shown = new FileRange(9 * s_page, 3 * s_page + 100);
        Check.That(ToldAt(back.Release) == shown, "What was given before the bytes shown is named, too.");
    }

    private static void ReleasedCursor(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using WindowCursor cursor = file.CreateCursor(), forgotten = file.CreateCursor();
        cursor.MoveTo(0);
        forgotten.MoveTo(0);
        content.CutTo(Kept);
        CheckTouch(cursor.Span, 0, content, touch);
        Check.That(IsTold(cursor.Release) && !IsTold(cursor.Release), "A cursor says so when it is released, once.");
        Check.That(!IsTold(forgotten.Dispose), "The end of a cursor is silent.");
    }

    private static void Buffer(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using MappedBuffer buffer = file.CreateBuffer();
        Check.That(buffer[0] == content.Content[0], "It is whole before.");
        content.CutTo(Kept);
        Check.That(IsTold(() => buffer.ToArray(0, WindowPages * s_page)), "A copy out of a buffer is whole or throws.");
        content.MakeWhole();
        Check.That(buffer.ToArray(0, Pages * s_page).AsSpan().SequenceEqual(content.Content), "It goes on.");
        content.CutTo(Kept);
        Check.That(buffer[0] == content.Content[0], "What is left is there.");
        Check.That(IsTold(() => _ = buffer[Kept + s_page]), "So does a single byte.");
        GC.KeepAlive(touch);
    }

    private static void Copies(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        byte[] bytes = new byte[Pages * s_page];
        Check.That(file.CopyTo(0, bytes) == bytes.Length, "It is whole, and every window is in memory.");
        long misses = file.Manager.GetStatistics().Misses;
        content.CutTo(Kept);
        Check.That(file.CopyTo(0, bytes.AsSpan(0, 8 * s_page)) == 8 * s_page, "What is left is copied.");
        Check.That(IsTold(() => file.CopyTo(8 * s_page, bytes.AsSpan(0, 4 * s_page))), "A copy is whole or throws.");
        Check.That(IsTold(() => file.Read<long>(WindowPages * s_page)), "So does a value.");
        Check.That(IsTold(() => file.CreateReader().Read<long>(2 * WindowPages * s_page)), "So does a reader's.");
        Check.That(file.Manager.GetStatistics().Misses == misses, "They all were hits.");
        GC.KeepAlive(touch);
    }

    private static void Reader(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        PipeReader reader = file.CreatePipeReader();
        Check.That(reader.TryRead(out ReadResult result), "There is something to read.");
        reader.AdvanceTo(result.Buffer.GetPosition(100));
        Check.That(reader.TryRead(out result), "There is more.");
        content.CutTo(Kept);
        CheckTouch(result.Buffer.FirstSpan, 100, content, touch);
        Check.That(IsTold(() => reader.AdvanceTo(result.Buffer.End)), "A reader says so when it is advanced.");
        Check.That(file.Manager.GetStatistics().LiveHeapLeases == 0, "It lets go of what it showed.");
        content.MakeWhole();
        Check.That(reader.TryRead(out result), "It goes on.");
        Check.That(result.Buffer.FirstSpan[0] == content.Content[100], "It goes on where it was.");
        reader.Complete();
    }

    private static void Stream(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using Stream stream = file.OpenStream();
        byte[] read = new byte[Pages * s_page];
        Check.That(stream.ReadByte() == content.Content[0], "It is whole before.");
        content.CutTo(Kept);
        Check.That(IsTold(() => stream.ReadExactly(read, 0, read.Length - 1)), "A read throws.");
        Check.That(stream.Position == 1, "The position stays.");
        Check.That(stream.Read(read, 0, 100) == 100 && read[99] == content.Content[100], "What is left can be read.");
        stream.Position = Kept + s_page;
        Check.That(IsTold(() => stream.ReadByte()), "So does the read of a byte.");
        content.MakeWhole();
        Check.That(stream.ReadByte() == content.Content[Kept + s_page], "It goes on.");
        GC.KeepAlive(touch);
    }

    /// <summary>A stream of one window; no later window reports the loss.</summary>
    private static void StreamOfAWindow(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        byte[] read = new byte[100];
        (string What, Action<Stream> Read)[] reads =
        [
            ("A read", stream => stream.ReadExactly(read)),
            ("A byte", stream => stream.ReadByte()),
            ("A copy into memory", stream => stream.CopyTo(new MemoryStream())),
            ("A copy for later", stream => stream.CopyToAsync(new MemoryStream()).GetAwaiter().GetResult()),
        ];
        foreach ((string what, Action<Stream> lost) in reads)
        {
            using Stream stream = file.OpenStream(0, WindowPages * s_page);
            stream.Position = Kept - 1;
            Check.That(stream.ReadByte() == content.Content[Kept - 1], "It is whole before.");
            content.CutTo(Kept);
            Check.That(IsTold(() => lost(stream)), $"{what} of lost bytes throws.");
            Check.That(stream.Position == Kept, $"After {what} the position stays.");
            content.MakeWhole();
            Check.That(stream.ReadByte() == content.Content[Kept], $"After {what} it goes on.");
        }

        GC.KeepAlive(touch);
    }

    private static void CopiedStream(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        using var output = new CuttingStream(content, Kept);
        using (Stream stream = file.OpenStream())
            Check.That(IsTold(() => stream.CopyTo(output)) && stream.Position == 0, "The system cannot read them.");
        content.MakeWhole();
        using (Stream stream = file.OpenStream())
        {
            Task copied = stream.CopyToAsync(output);
            Check.That(IsTold(copied.GetAwaiter().GetResult) && stream.Position == 0, "Nor later.");
        }

        GC.KeepAlive(touch);
    }

    private static void Parser(MappedFile file, GuardedFile content, Func<nint, int, long> touch)
    {
        Check.That(IsTold(() =>
        {
            using SpanLease lease = file.LeaseSpan(0, WindowPages * s_page);
            content.CutTo(Kept);
            touch(AddressOf(lease.Span), lease.Span.Length);
            throw new FormatException("A bad record.");
        }), "The zeroes are the cause, and are what is said.");
    }

    private static void CheckTouch(
        ReadOnlySpan<byte> shown, long offset, GuardedFile content, Func<nint, int, long> touch)
    {
        byte[] expected = content.CutContent(Kept).AsSpan((int)offset, shown.Length).ToArray();
        long seen = touch(AddressOf(shown), shown.Length);
        Check.That(seen == GuardedTouches.OfCopy(touch, expected), "It shows what is left, and zeroes.");
    }

    private static void CheckWhole(MappedFile file, GuardedFile content)
    {
        using SequenceLease all = file.LeaseSequence(0, file.Length);
        Check.That(all.Sequence.ToArray().AsSpan().SequenceEqual(content.Content), "A new lease is whole again.");
    }

    // SAFETY: the bytes are in native memory, which does not move, and the callers' leases live.
    private static unsafe nint AddressOf(ReadOnlySpan<byte> shown) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(shown));

    private static bool IsToldAtEnd(ref SpanLease lease)
    {
        try
        {
            lease.Dispose();
            return false;
        }
        catch (FileChangedException)
        {
            return true;
        }
    }

    private static bool IsTold(Action action) => ToldAt(action) is not null;

    private static FileRange? ToldAt(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (FileChangedException e)
        {
            return e.Range;
        }
    }
}
