using System.Buffers;
using System.Collections.Concurrent;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Fails unless bytes are those of the file at an offset; returns the number of their load, if it is known.
/// </summary>
internal delegate uint Check(ReadOnlySpan<byte> bytes, long offset);

/// <summary>
/// One turn of a stress test: a lease of a random kind and range. Its bytes are checked when it is taken, in the middle
/// of its life and right before its end. Offsets and lengths are multiples of 8.
/// </summary>
/// <param name="open">Gives the file: always the same object, or one of the turn's own.</param>
/// <param name="close">Ends what open gave, while its leases live on.</param>
/// <param name="check">Fails on wrong bytes.</param>
/// <param name="pause">Loses time between the checks.</param>
internal sealed class LeaseMix(Func<MappedFile> open, Action<MappedFile> close, Check check, Action<Random> pause)
{
    /// <summary>Leases that one thread takes and another ends.</summary>
    private readonly ConcurrentQueue<(MemoryLease Lease, uint Load)> _handedOver = [];

    public void Turn(Random random)
    {
        MappedFile file = open();
        bool closed = false;
        try
        {
            int length = LengthOf(random, file);
            long offset = random.NextInt64((file.Length - length) / 8 + 1) * 8;
            switch (random.Next(8))
            {
                case 0: Nested(file, random, random.Next(16) == 0 ? HazardBlock.Slots + 2 : 1 + random.Next(3)); break;
                case 1: Span(file, offset, length, random); break;
                case 2: Copied(file, offset, random); break;
                case 3: Memory(file, offset, length, random); break;
                case 4: Sequence(file, offset, Math.Min(length * 3L, file.Length - offset), random); break;
                case 5: Cursor(file, offset, random); break;
                case 6: Buffer(file, offset, length); break;
                default:
                    MemoryLease outliving = file.LeaseMemory(offset, length);
                    uint load = check(outliving.Span, offset);
                    close(file);
                    closed = true;
                    _handedOver.Enqueue((outliving, load));
                    if (_handedOver.Count > 4) EndOne();
                    break;
            }

            if (random.Next(200) == 0) file.Manager.Trim();
        }
        finally
        {
            if (!closed) close(file);
        }
    }

    /// <summary>Ends what the threads have left.</summary>
    public void EndAll()
    {
        while (!_handedOver.IsEmpty) EndOne();
    }

    private void EndOne()
    {
        if (!_handedOver.TryDequeue(out (MemoryLease Lease, uint Load) over)) return;
        AssertSame(over.Load, check(over.Lease.Span, over.Lease.Offset));
        over.Lease.Dispose();
    }

    private static int LengthOf(Random random, MappedFile file)
    {
        int window = (int)file.Directory.Grid.Step;
        int longest = random.Next(10) == 0 ? 2 * window : window / 8;
        return 8 * random.Next(1, (int)Math.Min(longest, file.Length) / 8);
    }

    private static void AssertSame(uint first, uint now)
    {
        if (first != now)
            throw new InvalidOperationException($"A lease showed load {first} first and load {now} later.");
    }

    private void Span(MappedFile file, long offset, int length, Random random)
    {
        using SpanLease lease = file.LeaseSpan(offset, length);
        uint load = check(lease.Span, offset);
        pause(random);
        AssertSame(load, check(lease.Span, offset));
        pause(random);
        AssertSame(load, check(lease.Span, offset));
    }

    /// <summary>A copy of a lease is disposed again when its slot may be another lease's.</summary>
    private void Copied(MappedFile file, long offset, Random random)
    {
        offset = Math.Min(offset, file.Length - 8);
        SpanLease lease = file.LeaseSpan(offset, 8), copy = lease;
        check(lease.Span, offset);
        lease.Dispose();
        for (int other = 0; other < HazardBlock.Slots - 1; other++) file.LeaseSpan(offset, 8).Dispose();

        using SpanLease last = file.LeaseSpan(offset, 8);
        uint load = check(last.Span, offset);
        copy.Dispose();
        pause(random);
        AssertSame(load, check(last.Span, offset));
    }

    private void Nested(MappedFile file, Random random, int depth)
    {
        long offset = random.NextInt64(file.Length / 8 - 8) * 8;
        using SpanLease lease = file.LeaseSpan(offset, 64);
        uint load = check(lease.Span, offset);
        if (depth > 0) Nested(file, random, depth - 1);
        AssertSame(load, check(lease.Span, offset));
    }

    private void Memory(MappedFile file, long offset, int length, Random random)
    {
        MemoryLease lease = file.LeaseMemory(offset, length);
        uint load = check(lease.Span, offset);
        pause(random);
        if (random.Next(4) == 0)
        {
            using MemoryHandle pin = lease.Memory.Pin();
            lease.Dispose();
            pause(random);
            unsafe
            {
                AssertSame(load, check(new ReadOnlySpan<byte>(pin.Pointer, length), offset));
            }

            return;
        }

        AssertSame(load, check(lease.Memory.Span, offset));
        pause(random);
        AssertSame(load, check(lease.Span, offset));
        lease.Dispose();
    }

    private void Sequence(MappedFile file, long offset, long length, Random random)
    {
        using SequenceLease lease = file.LeaseSequence(offset, length);
        for (int time = 0; time < 3; time++)
        {
            long at = offset;
            foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
            {
                check(segment.Span, at);
                at += segment.Length;
            }

            if (at != offset + length)
                throw new InvalidOperationException($"A sequence of {length} bytes has {at - offset}.");
            pause(random);
        }
    }

    private void Cursor(MappedFile file, long offset, Random random)
    {
        using WindowCursor cursor = file.CreateCursor();
        for (int move = 0; move < 4 && cursor.MoveTo(offset, 512); move++)
        {
            uint load = check(cursor.Span, offset);
            pause(random);
            AssertSame(load, check(cursor.Span, offset));
            offset = cursor.End;
        }
    }

    private void Buffer(MappedFile file, long offset, int length)
    {
        using MappedBuffer buffer = file.CreateBuffer(offset, length);
        _ = buffer[length - 1];
        // Eight bytes at a time: a longer copy may come from two loads.
        byte[] word = buffer.ToArray(0, 8);
        check(word, offset);
    }
}
