namespace Mmap.Spans.Memory;

/// <summary>
/// A file that the kernel generates when it is read, such as those of /proc and /sys. Its length is not reliable, so
/// its content is read once, when it is opened. Thread-safe.
/// </summary>
/// <param name="content">The whole content.</param>
/// <param name="pages">The memory of copies.</param>
internal sealed class SnapshotBacking(byte[] content, PagePool pages) : IBacking
{
    public long Length => content.Length;

    public bool IsSnapshot => true;

    public bool Copies(long offset, int length) => true;

    public long ChargeFor(long offset, int length) => length;

    public int Read(long offset, Span<byte> destination)
    {
        if (offset >= content.Length) return 0;
        ReadOnlySpan<byte> remaining = content.AsSpan((int)offset);
        remaining = remaining[..Math.Min(remaining.Length, destination.Length)];
        remaining.CopyTo(destination);
        return remaining.Length;
    }

    // All of it is in memory already.
    public bool TryReadAhead(long offset, long length) => true;

    public RegionMemory Load(long offset, int length)
    {
        RegionMemory memory = pages.Rent(offset, length);
        content.AsSpan((int)offset, length).CopyTo(PagePool.Writable(memory));
        return memory;
    }

    public bool TryUnload(in RegionMemory memory) => pages.TryEnd(memory);
}
