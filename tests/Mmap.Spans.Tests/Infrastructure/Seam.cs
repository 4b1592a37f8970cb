using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// Stands between a manager and a file's backing and passes everything on, so that a test can step in: its callback
/// runs before each operation, and may wait, throw or give another answer.
/// </summary>
internal sealed class Seam(IBacking inner) : IBacking
{
    /// <summary>Called with the offset of each load before it begins.</summary>
    public Action<long>? Loading { get; set; }

    /// <summary>Gives a load's length for the one that is asked for.</summary>
    public Func<int, int>? Shorten { get; set; }

    /// <summary>Called before each unload.</summary>
    public Action? Unloading { get; set; }

    /// <summary>Called after each look at the file; returns the answer.</summary>
    public Func<FileLook, FileLook>? Looked { get; set; }

    /// <summary>Called before each positional read.</summary>
    public Action<long>? Reading { get; set; }

    /// <summary>Called for each range that is read ahead; answers for the system.</summary>
    public Func<FileRange, bool>? ReadingAhead { get; set; }

    public IBacking? Fallback => inner.Fallback;

    public bool IsSnapshot => inner.IsSnapshot;

    /// <summary>True if short leases are to be read in a full table.</summary>
    public bool ReadsWhenFull { get; init; }

    public long Length => Look().Length;

    public bool Copies(long offset, int length) => inner.Copies(offset, length);

    public FileLook Look()
    {
        FileLook now = inner.Look();
        return Looked is null ? now : Looked(now);
    }

    public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

    public RegionMemory Load(long offset, int length)
    {
        Loading?.Invoke(offset);
        return inner.Load(offset, Shorten is null ? length : Shorten(length));
    }

    public int Read(long offset, Span<byte> destination)
    {
        Reading?.Invoke(offset);
        return inner.Read(offset, destination);
    }

    public bool TryReadAhead(long offset, long length) =>
        ReadingAhead is null ? inner.TryReadAhead(offset, length) : ReadingAhead(new FileRange(offset, length));

    public bool TryUnload(in RegionMemory memory)
    {
        Unloading?.Invoke();
        return inner.TryUnload(memory);
    }
}
