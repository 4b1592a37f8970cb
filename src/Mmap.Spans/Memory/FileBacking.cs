namespace Mmap.Spans.Memory;

/// <summary>What the backings of files have in common: all but how a range is loaded. Thread-safe.</summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="pages">Where copies get their memory.</param>
internal abstract class FileBacking(IHandleSource file, PagePool pages) : IBacking
{
    public virtual IBacking? Fallback => null;

    public virtual bool Copies(long offset, int length) => false;

    public virtual bool ReadsWhenFull => false;

    public long Length => FileReads.LengthOf(file);

    public FileLook Look() => FileReads.LookAt(file);

    public abstract long ChargeFor(long offset, int length);

    public int Read(long offset, Span<byte> destination) => FileReads.Read(file, offset, destination);

    public virtual int ReadForLease(long offset, Span<byte> destination) => Read(offset, destination);

    public bool TryReadAhead(long offset, long length) => FileReads.TryReadAhead(file, offset, length);

    public bool CanExtend(long offset, int length) => MappedBacking.CanHaveRoom && !Copies(offset, length);

    public RegionMemory Load(long offset, int length) => Load(offset, length, length);

    public RegionMemory Load(long offset, int length, int room)
    {
        try
        {
            return LoadOnce(offset, length, room);
        }
        catch (Exception e) when (SystemLimits.IsExhausted(e) && pages.MakeRoom())
        {
            // What only waits to be used again is given up before a load fails for it.
            return LoadOnce(offset, length, room);
        }
    }

    public bool TryUnload(in RegionMemory memory) =>
        memory.IsCopy ? pages.TryEnd(memory)
        : pages.IsGuarded ? QuarantinedRanges.TryEnd(memory)
        : NativeRegions.TryUnmap(memory);

    /// <inheritdoc cref="IBacking.Load(long, int, int)"/>
    protected abstract RegionMemory LoadOnce(long offset, int length, int room);
}
