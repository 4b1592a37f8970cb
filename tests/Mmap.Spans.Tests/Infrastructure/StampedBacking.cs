using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// A backing with stamps: every word of a loaded range carries the file, its own position and the serial number of the
/// load. An unload overwrites it with poison. The memory itself stays readable, so that a lease which outlived its
/// region is a failed check and not a crash. Loads and unloads follow a plan. Thread-safe.
/// </summary>
/// <remarks><code>
///   63 ......... 40 | 39 ..... 32 | 31 ............ 0
///    serial of load |    file     |  offset / 8         poison is all ones
/// </code></remarks>
internal sealed unsafe class StampedBacking(byte file, long length) : IBacking, IDisposable
{
    private const ulong Poison = ulong.MaxValue;
    private const int SerialShift = 40;

    /// <summary>The poisoned blocks between a block's unload and its next use.</summary>
    private const int Quarantine = 256;

    private readonly ConcurrentDictionary<nint, Block> _live = [];
    private readonly ConcurrentQueue<Block> _poisoned = [];
    private readonly ConcurrentBag<Block> _all = [];
    private readonly ConcurrentDictionary<int, Func<Exception>> _failures = [];
    private readonly ConcurrentDictionary<long, DelayedLoad> _delays = [];
    private readonly ConcurrentQueue<BackingEvent> _events = [];
    private long _length = length;
    private long _liveBytes;
    private int _loadCalls;
    private int _serial;
    private int _unloadsToRefuse;

    private sealed record Block(nint Base, int Words, long Offset, int Length, nint Address);

    /// <summary>The file's length; setting it is another process's write.</summary>
    public long Length
    {
        get => Volatile.Read(ref _length);
        set => Volatile.Write(ref _length, value);
    }

    /// <summary>True to record the order of loads and unloads; false in long runs.</summary>
    public bool KeepsEvents { get; init; } = true;

    /// <summary>The action of loads and unloads before they take effect, by which a stress loses time.</summary>
    public Action? Pause { get; init; }

    /// <summary>
    /// The most bytes in memory at any moment under a strict budget; a load beyond it fails the check.
    /// </summary>
    public long MostBytes { get; init; } = long.MaxValue;

    /// <summary>The bytes in memory now.</summary>
    public long LiveBytes => Volatile.Read(ref _liveBytes);

    /// <summary>The ranges in memory now.</summary>
    public int LiveLoads => _live.Count;

    /// <summary>The events so far, in order.</summary>
    public IReadOnlyCollection<BackingEvent> Events => _events;

    /// <summary>The offsets of the ranges in memory now, ascending.</summary>
    public long[] Loaded => [.. _live.Values.Select(block => block.Offset).Order()];

    /// <summary>The loads asked for, failed ones included.</summary>
    public int LoadCalls => Volatile.Read(ref _loadCalls);

    /// <summary>The loads that succeeded.</summary>
    public int Loads => Volatile.Read(ref _serial);

    /// <summary>The unloads carried out.</summary>
    public int Unloads => Loads - _live.Count;

    /// <summary>The system's error when it has no memory or no mapping left.</summary>
    public static IOException OutOfMemory()
    {
        const int NotEnoughMemory = unchecked((int)0x8007_0008);
        return new("Cannot allocate memory",
            OperatingSystem.IsWindows() ? NotEnoughMemory : SystemCalls.OutOfMemoryErrno);
    }

    /// <summary>Has the n-th call of Load from now (1 is the next) fail.</summary>
    public void FailLoad(int nth, Func<Exception> exception) => _failures[LoadCalls + nth] = exception;

    /// <summary>Has the next loads fail.</summary>
    public void FailLoads(int count, Func<Exception> exception)
    {
        for (int nth = 1; nth <= count; nth++) FailLoad(nth, exception);
    }

    /// <summary>Takes back what is planned of failing loads.</summary>
    public void FailNoLoad() => _failures.Clear();

    /// <summary>Holds the next load at an offset until the test continues it.</summary>
    public DelayedLoad DelayLoad(long offset) => _delays[offset] = new DelayedLoad();

    /// <summary>Has the next unloads be refused.</summary>
    public void RefuseUnloads(int count) => Volatile.Write(ref _unloadsToRefuse, count);

    public long ChargeFor(long offset, int length) => length;

    public int Read(long offset, Span<byte> destination)
    {
        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (int i = 0; i < count; i++) destination[i] = (byte)(StampOf(0, offset + i) >> (int)((offset + i) % 8 * 8));
        return count;
    }

    public RegionMemory Load(long offset, int length)
    {
        int call = Interlocked.Increment(ref _loadCalls);
        if (_delays.TryRemove(offset, out DelayedLoad? delay)) delay.Wait();
        if (_failures.TryRemove(call, out Func<Exception>? exception)) throw exception();
        if (Length <= offset)
            throw FileChangedException.Shrunk($"stamped {file}", new FileRange(offset, length), Length);
        length = (int)Math.Min(length, Length - offset);

        Pause?.Invoke();
        long bytes = Interlocked.Add(ref _liveBytes, length);
        if (bytes > MostBytes)
            throw new InvalidOperationException($"{bytes} bytes are in memory, and {MostBytes} may be.");
        Block block = Take(offset, length);
        uint serial = (uint)Interlocked.Increment(ref _serial) & 0x7F_FFFF;
        var words = new Span<ulong>((void*)block.Base, block.Words);
        for (int i = 0; i < words.Length; i++) words[i] = StampOf(serial, (offset / 8 + i) * 8);
        if (!_live.TryAdd(block.Address, block)) throw new InvalidOperationException("A block was given out twice.");
        if (KeepsEvents) _events.Enqueue(new BackingEvent(true, offset));
        return new RegionMemory(block.Address, length, null);
    }

    public bool TryReadAhead(long offset, long length) => false;

    public bool TryUnload(in RegionMemory memory)
    {
        if (Volatile.Read(ref _unloadsToRefuse) > 0 && Interlocked.Decrement(ref _unloadsToRefuse) >= 0) return false;
        Pause?.Invoke();
        if (!_live.TryRemove(memory.Address, out Block? block))
            throw new InvalidOperationException("A range was unloaded that is not loaded.");

        new Span<ulong>((void*)block.Base, block.Words).Fill(Poison);
        if (KeepsEvents) _events.Enqueue(new BackingEvent(false, block.Offset));
        Interlocked.Add(ref _liveBytes, -block.Length);
        _poisoned.Enqueue(block);
        return true;
    }

    /// <summary>Fails unless the bytes are this file's at that offset, from one load, and not poisoned.</summary>
    /// <param name="bytes">Bytes of one region.</param>
    /// <param name="offset">Their offset in the file; a multiple of 8.</param>
    /// <returns>The serial number of the load.</returns>
    public uint Check(ReadOnlySpan<byte> bytes, long offset)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (words.IsEmpty) return 0;
        uint serial = (uint)(words[0] >> SerialShift);
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == StampOf(serial, offset + i * 8L)) continue;
            string found = words[i] == Poison ? "poison: the region is gone"
                : $"file {(byte)(words[i] >> 32)}, offset {(long)(uint)words[i] * 8}, serial {words[i] >> SerialShift}";
            throw new InvalidOperationException(
                $"At offset {offset + i * 8L} of file {file}, load {serial}, stands {found}.");
        }

        return serial;
    }

    public void Dispose()
    {
        foreach (Block block in _all) NativeMemory.AlignedFree((void*)block.Base);
        _all.Clear();
    }

    private ulong StampOf(uint serial, long offset) =>
        (ulong)serial << SerialShift | (ulong)file << 32 | (uint)(offset / 8);

    private Block Take(long offset, int length)
    {
        int before = (int)(offset % 8);
        int words = (before + length + 7) / 8;
        if (_poisoned.Count > Quarantine && _poisoned.TryDequeue(out Block? old))
        {
            if (new ReadOnlySpan<ulong>((void*)old.Base, old.Words).ContainsAnyExcept(Poison))
                throw new InvalidOperationException("Somebody wrote into a range after its unload.");
            if (old.Words == words) return old with { Offset = offset, Length = length, Address = old.Base + before };
            _poisoned.Enqueue(old);
        }

        nint start = (nint)NativeMemory.AlignedAlloc((nuint)words * 8, 64);
        var block = new Block(start, words, offset, length, start + before);
        _all.Add(block);
        return block;
    }
}

/// <summary>One load or unload of a range.</summary>
internal readonly record struct BackingEvent(bool IsLoad, long Offset)
{
    public override string ToString() => IsLoad ? $"+{Offset}" : $"-{Offset}";
}
