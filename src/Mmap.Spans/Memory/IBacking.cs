namespace Mmap.Spans.Memory;

/// <summary>
/// The seam between the region table and the operating system: the operations on one file. Tests stand in for it.
/// Every member may be called from several threads at once.
/// </summary>
internal interface IBacking
{
    /// <summary>
    /// What may serve instead when the system refuses and nothing is left to drop; null if nothing may.
    /// </summary>
    IBacking? Fallback => null;

    /// <summary>
    /// Whether a load of that range copies: memory of the process, charged as such. A load that was to map and is
    /// refused throws <see cref="MappingRefusedException"/>, and <see cref="Fallback"/> may serve.
    /// </summary>
    bool Copies(long offset, int length) => false;

    /// <summary>
    /// Whether a load of that range can have room behind its end, so that the region can become longer with the file.
    /// </summary>
    bool CanExtend(long offset, int length) => false;

    /// <summary>Whether all bytes were taken once, so that a look at the file is none at them.</summary>
    bool IsSnapshot => false;

    /// <summary>Whether a short lease may be read in a full table, and not mapped.</summary>
    bool ReadsWhenFull => false;

    /// <summary>The file's length now, asked of the system at each call.</summary>
    long Length { get; }

    /// <summary>The file's length and the time of its last write now, in one look.</summary>
    FileLook Look() => new(Length, 0);

    /// <summary>The bytes that the budget is charged for a region of that range, before it is loaded.</summary>
    long ChargeFor(long offset, int length);

    /// <summary>
    /// Puts a range into memory. The result is shorter than <paramref name="length"/> when the file now ends before
    /// the range does, but never empty.
    /// </summary>
    /// <exception cref="FileChangedException">The file now ends at or before <paramref name="offset"/>.</exception>
    /// <exception cref="IOException">The system refuses; <see cref="SystemLimits.IsExhausted"/> tells whether for lack
    /// of something that dropping other regions gives back.</exception>
    RegionMemory Load(long offset, int length);

    /// <summary>
    /// As <see cref="Load(long, int)"/>, and from where <see cref="CanExtend"/> with room for more bytes, which nobody
    /// touches before the file has them. Where the system refuses that, without.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="room">How many bytes there should be room for, these included; at least
    /// <paramref name="length"/>.</param>
    RegionMemory Load(long offset, int length, int room) => Load(offset, length);

    /// <summary>Copies bytes at a position; never faults.</summary>
    /// <returns>The bytes copied; fewer than the destination holds only at the end of the file.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>As <see cref="Read"/>, for a lease that is read and not mapped.</summary>
    /// <returns>Negative if the bytes cannot be told from those of another moment, and must be mapped.</returns>
    int ReadForLease(long offset, Span<byte> destination) => Read(offset, destination);

    /// <summary>
    /// Starts reading a range into the system's cache, without waiting and without mapping it; a hint.
    /// </summary>
    /// <returns>False if the system has no such hint.</returns>
    bool TryReadAhead(long offset, long length);

    /// <summary>Takes a range out of memory again.</summary>
    /// <returns>False when the system refused: the bytes are still there, and the caller tries again later.</returns>
    bool TryUnload(in RegionMemory memory);
}
