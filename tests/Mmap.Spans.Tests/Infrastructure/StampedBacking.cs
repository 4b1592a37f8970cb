using System.Runtime.InteropServices;
using Mmap.Spans.Memory;
using Native = System.Runtime.InteropServices.NativeMemory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// A backing with stamps: every word of a loaded range carries the file, its own position and the serial number of the
/// load. An unload overwrites it with poison. The memory itself stays readable, so that a lease which outlived its
/// region is a failed check and not a crash. Loads and unloads follow a plan. Thread-safe; counts are exact at rest.
/// </summary>
/// <remarks>
/// <code>
///   63 ......... 40 | 39 ..... 32 | 31 ............ 0
///    serial of load |    file     |  offset / 8         poison is all ones, what lies past the file's end is zero
/// </code>
/// The scheduler compiles this file too. To it the <c>lock</c> statement is no step, unlike every atomic operation: so
/// all state is plain state under one lock, inside which nothing waits.
/// </remarks>
internal sealed unsafe class StampedBacking(byte file, long length) : IBacking, IDisposable
{
    private const ulong Poison = ulong.MaxValue;
    private const int SerialShift = 40;

    /// <summary>The poisoned blocks between a block's unload and its next use.</summary>
    private const int Quarantine = 256;

    private readonly object _lock = new();
    private readonly Dictionary<nint, Block> _live = [];
    private readonly Queue<Block> _poisoned = [];
    private readonly List<nint> _all = [];
    private readonly Dictionary<int, Func<Exception>> _failures = [];
    private readonly Dictionary<long, DelayedLoad> _delays = [];
    private readonly List<BackingEvent> _events = [];
    private long _length = length;
    private long _loadingBytes;
    private int _unloadsToRefuse;

    private sealed record Block(nint Base, int WordCount, uint Serial, long Offset, int Length)
    {
        public Span<ulong> Words => new((void*)Base, WordCount);
    }

    /// <summary>
    /// The file's length; setting it is another process's write, and a longer one shows in what has room for it.
    /// </summary>
    public long Length
    {
        get => Locked(() => _length);
        set
        {
            lock (_lock)
            {
                _length = value;
                foreach (Block block in _live.Values) Stamp(block);
            }
        }
    }

    /// <summary>True if a load may have room behind the end of the file.</summary>
    public bool HasRoom { get; set; }

    /// <summary>True to record the order of loads and unloads; false in long runs.</summary>
    public bool KeepsEvents { get; init; } = true;

    /// <summary>
    /// The action of loads and unloads before and after they take effect: a stress loses time, a scheduler takes a
    /// step.
    /// </summary>
    public Action<string>? Pause { get; init; }

    /// <summary>The action when a promise is broken, before the exception.</summary>
    public Action<string>? Fail { get; init; }

    /// <summary>The bytes in memory now.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>The most bytes that were in memory or being loaded at once.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>The ranges in memory now.</summary>
    public int LiveLoads => Locked(() => _live.Count);

    /// <summary>The events so far, in order.</summary>
    public BackingEvent[] Events => Locked(_events.ToArray);

    /// <summary>The offsets of the ranges in memory now, ascending.</summary>
    public long[] Loaded => Locked(() => _live.Values.Select(block => block.Offset).Order().ToArray());

    /// <summary>The loads asked for, failed ones included.</summary>
    public int LoadCalls { get; private set; }

    /// <summary>The loads that succeeded.</summary>
    public int Loads { get; private set; }

    /// <summary>The unloads carried out.</summary>
    public int Unloads => Loads - LiveLoads;

    /// <summary>Has the n-th call of Load from now (1 is the next) fail.</summary>
    public void FailLoad(int nth, Func<Exception> exception)
    {
        lock (_lock) _failures[LoadCalls + nth] = exception;
    }

    /// <summary>Has the next loads fail.</summary>
    public void FailLoads(int count, Func<Exception> exception)
    {
        for (int nth = 1; nth <= count; nth++) FailLoad(nth, exception);
    }

    /// <summary>Takes back what is planned of failing loads.</summary>
    public void FailNoLoad()
    {
        lock (_lock) _failures.Clear();
    }

    /// <summary>Holds the next load at an offset until the test continues it.</summary>
    public DelayedLoad DelayLoad(long offset)
    {
        lock (_lock) return _delays[offset] = new DelayedLoad();
    }

    /// <summary>Has the next unloads be refused.</summary>
    public void RefuseUnloads(int count)
    {
        lock (_lock) _unloadsToRefuse = count;
    }

    public long ChargeFor(long offset, int length) => length;

    public bool CanExtend(long offset, int length) => HasRoom;

    public int Read(long offset, Span<byte> destination)
    {
        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (int i = 0; i < count; i++) destination[i] = (byte)(StampOf(0, offset + i) >> (int)((offset + i) % 8 * 8));
        return count;
    }

    public RegionMemory Load(long offset, int length) => Load(offset, length, length);

    public RegionMemory Load(long offset, int length, int room)
    {
        if (!HasRoom) room = length;
        DelayedLoad? delay;
        lock (_lock)
        {
            _delays.Remove(offset, out delay);
            _loadingBytes += room;
            PeakBytes = Math.Max(PeakBytes, LiveBytes + _loadingBytes);
        }

        delay?.Wait();
        Pause?.Invoke("asks the system for a mapping");
        RegionMemory memory;
        lock (_lock)
        {
            _loadingBytes -= room;
            if (_failures.Remove(++LoadCalls, out Func<Exception>? exception)) throw exception();
            if (_length <= offset)
                throw FileChangedException.Shrunk($"stamped {file}", new FileRange(offset, length), _length);
            length = (int)Math.Min(length, _length - offset);
            Block block = Take(offset, HasRoom ? room : length);
            block.Words.Clear();
            Stamp(block);
            _live.Add(block.Base, block);
            LiveBytes += block.Length;
            if (KeepsEvents) _events.Add(new BackingEvent(true, offset));
            memory = new RegionMemory(block.Base + (nint)(offset % 8), length, null, Mapped: block.Length);
        }

        Pause?.Invoke("has a mapping");
        return memory;
    }

    public bool TryReadAhead(long offset, long length) => false;

    public bool TryUnload(in RegionMemory memory)
    {
        Pause?.Invoke("takes a mapping away");
        lock (_lock)
        {
            if (_unloadsToRefuse > 0)
            {
                _unloadsToRefuse--;
                return false;
            }

            if (!_live.Remove(memory.Address & ~7, out Block? block))
                throw Broken("A range was unloaded that is not loaded.");
            block.Words.Fill(Poison);
            LiveBytes -= block.Length;
            if (KeepsEvents) _events.Add(new BackingEvent(false, block.Offset));
            _poisoned.Enqueue(block);
        }

        Pause?.Invoke("has taken a mapping away");
        return true;
    }

    /// <summary>The bytes of a load; 0 if it is not in memory.</summary>
    public int LengthOf(uint serial) =>
        Locked(() => _live.Values.FirstOrDefault(block => block.Serial == serial)?.Length ?? 0);

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
            string found = words[i] switch
            {
                Poison => "poison: the region is gone",
                0 => "zero: the file ends before",
                ulong word => $"file {(byte)(word >> 32)}, offset {(long)(uint)word * 8}, serial {word >> SerialShift}",
            };
            throw Broken($"At offset {offset + i * 8L} of file {file}, load {serial}, stands {found}.");
        }

        return serial;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (nint block in _all) Native.AlignedFree((void*)block);
            _all.Clear();
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock) return read();
    }

    private ulong StampOf(uint serial, long offset) =>
        (ulong)serial << SerialShift | (ulong)file << 32 | (uint)(offset / 8);

    private InvalidOperationException Broken(string promise)
    {
        Fail?.Invoke(promise);
        return new InvalidOperationException(promise);
    }

    /// <summary>Stamps the words that the file has.</summary>
    private void Stamp(Block block)
    {
        Span<ulong> words = block.Words;
        long offset = block.Offset / 8 * 8;
        for (int i = 0; i < words.Length && offset < _length; i++, offset += 8)
            words[i] = StampOf(block.Serial, offset);
    }

    private Block Take(long offset, int length)
    {
        uint serial = (uint)++Loads & 0x7F_FFFF;
        int words = ((int)(offset % 8) + length + 7) / 8;
        if (_poisoned.Count > Quarantine)
        {
            Block old = _poisoned.Dequeue();
            if (old.Words.ContainsAnyExcept(Poison)) throw Broken("Somebody wrote into a range after its unload.");
            if (old.WordCount == words) return new Block(old.Base, words, serial, offset, length);
            _poisoned.Enqueue(old);
        }

        nint start = (nint)Native.AlignedAlloc((nuint)words * 8, 64);
        _all.Add(start);
        return new Block(start, words, serial, offset, length);
    }
}

/// <summary>One load or unload of a range.</summary>
internal readonly record struct BackingEvent(bool IsLoad, long Offset)
{
    public override string ToString() => IsLoad ? $"+{Offset}" : $"-{Offset}";
}
