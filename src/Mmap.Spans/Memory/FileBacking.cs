namespace Mmap.Spans.Memory;

/// <summary>The common part of file backings: everything but the load of a range. Thread-safe.</summary>
/// <param name="file">The source of the handle.</param>
/// <param name="pages">The memory of copies.</param>
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
            // Kept pages are returned to the system before a load fails for lack of memory.
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
