using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// Regions as copies in their own pages, filled by positional reads. They work where a mapping is refused, and stay
/// readable whatever happens to the file. Thread-safe.
/// </summary>
/// <param name="file">The source of the handle.</param>
/// <param name="pages">The memory of copies.</param>
internal sealed class CopiedBacking(IHandleSource file, PagePool pages) : FileBacking(file, pages)
{
    private readonly IHandleSource _file = file;
    private readonly PagePool _pages = pages;

    public override bool Copies(long offset, int length) => true;

    public override long ChargeFor(long offset, int length) => length;

    /// <inheritdoc cref="IBacking.Load(long, int)"/>
    public static RegionMemory Load(IHandleSource file, PagePool pages, long offset, int length)
    {
        SafeFileHandle handle = file.Rent();
        try
        {
            RegionMemory copy = pages.Rent(offset, length);
            bool keeps = false;
            try
            {
                // The length is not queried first: the read itself finds the present end of the file.
                int filled = FileReads.ReadFully(file.Name, handle, offset, PagePool.Writable(copy));
                if (filled == 0)
                {
                    long fileLength = RandomAccess.GetLength(handle);
                    throw FileChangedException.Shrunk(file.Name, new FileRange(offset, length), fileLength);
                }

                file.ThrowIfRewritten(handle, new FileRange(offset, filled));

                RegionMemory memory = copy with { Length = filled };
                keeps = PageRange.Of(memory) == PageRange.Of(copy);
                return keeps ? memory : Shorter(pages, copy, offset, filled);
            }
            finally
            {
                // Under guard the system may refuse. The pages are lost then, as after a refused unmap.
                if (!keeps) pages.TryEnd(copy);
            }
        }
        finally
        {
            file.Return(handle);
        }
    }

    protected override RegionMemory LoadOnce(long offset, int length, int room) => Load(_file, _pages, offset, length);

    /// <summary>
    /// Moves the beginning of a copy to as many pages as it needs; the others would be held but not charged.
    /// </summary>
    private static RegionMemory Shorter(PagePool pages, in RegionMemory copy, long offset, int length)
    {
        RegionMemory shorter = pages.Rent(offset, length);
        PagePool.Writable(copy)[..length].CopyTo(PagePool.Writable(shorter));
        return shorter;
    }
}
