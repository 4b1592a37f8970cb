using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// Regions as copies in native memory, filled by positional reads: they work where mapping is refused, and what was
/// loaded stays readable whatever happens to the file. Thread-safe.
/// </summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="guarded">Whether copies become unreadable at their end.</param>
internal sealed class CopiedBacking(IHandleSource file, bool guarded = false) : IBacking
{
    public long Length => FileReads.LengthOf(file);

    public FileLook Look() => FileReads.LookAt(file);

    public long ChargeFor(long offset, int length) => length;

    public int Read(long offset, Span<byte> destination) => FileReads.Read(file, offset, destination);

    public bool TryReadAhead(long offset, long length) => FileReads.TryReadAhead(file, offset, length);

    public RegionMemory Load(long offset, int length) => Load(file, guarded, offset, length);

    public bool TryUnload(in RegionMemory memory) => NativeRegions.TryEndCopy(memory);

    /// <inheritdoc cref="IBacking.Load"/>
    public static RegionMemory Load(IHandleSource file, bool guarded, long offset, int length)
    {
        SafeFileHandle handle = file.Rent();
        RegionMemory unfilled = default;
        try
        {
            // The length is not asked for first: the read itself tells where the file ends now.
            unfilled = NativeRegions.AllocateCopy(length, guarded);
            int filled = FileReads.ReadFully(handle, offset, NativeRegions.Writable(unfilled.Address, length));
            if (filled == 0) throw FileChangedException.Shrunk(file.Name, new FileRange(offset, length), RandomAccess.GetLength(handle));
            file.ThrowIfRewritten(handle, new FileRange(offset, filled));

            RegionMemory memory = unfilled with { Length = filled };
            unfilled = default;
            return memory;
        }
        finally
        {
            if (unfilled.Address != 0) NativeRegions.TryEndCopy(unfilled);
            file.Return(handle);
        }
    }
}
