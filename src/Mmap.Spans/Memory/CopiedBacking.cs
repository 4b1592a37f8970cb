using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// Regions as copies in native memory, filled by positional reads: they work where mapping is refused, and what was
/// loaded stays readable whatever happens to the file. Thread-safe.
/// </summary>
internal sealed class CopiedBacking(IHandleSource file) : IBacking
{
    public long Length => FileReads.LengthOf(file);

    public long ChargeFor(long offset, int length) => length;

    public int Read(long offset, Span<byte> destination) => FileReads.Read(file, offset, destination);

    public bool TryReadAhead(long offset, long length) => FileReads.TryReadAhead(file, offset, length);

    public RegionMemory Load(long offset, int length)
    {
        SafeFileHandle handle = file.Rent();
        nint address = 0;
        try
        {
            // The length is not asked for first: the read itself tells where the file ends now.
            address = NativeRegions.Allocate(length);
            int filled = FileReads.ReadFully(handle, offset, NativeRegions.Writable(address, length));
            if (filled == 0) throw FileChangedException.Shrunk(file.Name, new FileRange(offset, length), RandomAccess.GetLength(handle));

            var memory = new RegionMemory(address, filled, null);
            address = 0;
            return memory;
        }
        finally
        {
            if (address != 0) NativeRegions.Free(address);
            file.Return(handle);
        }
    }

    public bool TryUnload(in RegionMemory memory)
    {
        NativeRegions.Free(memory.Address);
        return true;
    }
}
