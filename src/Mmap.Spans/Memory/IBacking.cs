namespace Mmap.Spans.Memory;

/// <summary>
/// The operations on one file: the boundary between the region table and the operating system. Tests substitute it.
/// Every member may be called from several threads at once.
/// </summary>
internal interface IBacking
{
    /// <summary>
    /// The backing to use if the system refuses and nothing is left to evict; null if there is none.
    /// </summary>
    IBacking? Fallback => null;

    /// <summary>
    /// True if a load of that range copies, so that its memory is charged as copied. If a load was to map and is
    /// refused, it throws <see cref="MappingRefusedException"/>, and <see cref="Fallback"/> may serve.
    /// </summary>
    bool Copies(long offset, int length) => false;

    /// <summary>
    /// True if a load of that range can map past its end, so that the region can grow with the file.
    /// </summary>
    bool CanExtend(long offset, int length) => false;

    /// <summary>True if all bytes were read once, so that a look at the file says nothing about them.</summary>
    bool IsSnapshot => false;

    /// <summary>True if a short lease may be read in a full table, and not mapped.</summary>
    bool ReadsWhenFull => false;

    /// <summary>The file's present length, from the system at each call.</summary>
    long Length { get; }

    /// <summary>The file's present length and the time of its last write, in one look.</summary>
    FileLook Look() => new(Length, 0);

    /// <summary>The bytes to charge for a region of that range, before it is loaded.</summary>
    long ChargeFor(long offset, int length);

    /// <summary>
    /// Loads a range into memory. If the file now ends before the range does, the result is shorter than
    /// <paramref name="length"/>, but never empty.
    /// </summary>
    /// <exception cref="FileChangedException">The file now ends at or before <paramref name="offset"/>.</exception>
    /// <exception cref="IOException">The system refuses. <see cref="SystemLimits.IsExhausted"/> is true if evicting
    /// regions or closing handles can cure it.</exception>
    RegionMemory Load(long offset, int length);

    /// <summary>
    /// As <see cref="Load(long, int)"/>; where <see cref="CanExtend"/> is true, with room for more bytes. No thread
    /// touches that room before the file has the bytes. If the system refuses the room, the load does without.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="room">The wanted room in bytes, including the range; at least <paramref name="length"/>.</param>
    RegionMemory Load(long offset, int length, int room) => Load(offset, length);

    /// <summary>Copies bytes at a position; never faults.</summary>
    /// <returns>The number of bytes copied; fewer than the destination holds only at the end of the file.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>As <see cref="Read"/>, for a lease that is read and not mapped.</summary>
    /// <returns>Negative if the bytes cannot be told from those of another moment, and must be mapped.</returns>
    int ReadForLease(long offset, Span<byte> destination) => Read(offset, destination);

    /// <summary>
    /// Starts reading a range into the system's cache, without waiting and without mapping it; a hint.
    /// </summary>
    /// <returns>False if the system has no such hint.</returns>
    bool TryReadAhead(long offset, long length);

    /// <summary>Unloads a range.</summary>
    /// <returns>False if the system refused: the bytes are still in memory, and the caller tries again later.</returns>
    bool TryUnload(in RegionMemory memory);
}
