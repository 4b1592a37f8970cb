using System.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A promise that a range of a file stays readable until this is disposed, for code that stores it or crosses
/// <c>await</c>. Taking one costs two objects of less than 100 bytes together and one locked operation, ending it two.
/// </summary>
/// <remarks>
/// <para>There is no finalizer, for a span of it keeps nothing alive: a lease that is never disposed keeps its region
/// in memory until the process ends (see <see cref="MapManagerOptions.TrackLeases"/>). Where one cannot dispose it,
/// copy:
/// <see cref="MappedFile.CopyTo"/>, <see cref="MappedFile.Read{T}(long)"/>.</para>
/// <para>Thread-safe: it may be disposed on any thread, once or more often.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class MemoryLease : IDisposable
{
    private readonly LeasedMemory _leased;

    internal MemoryLease(LeasedMemory leased) => _leased = leased;

    /// <summary>
    /// The bytes. Reading the memory, or any slice of it, after the lease has ended throws
    /// <see cref="ObjectDisposedException"/>; a handle from <see cref="ReadOnlyMemory{T}.Pin"/> keeps them until it is
    /// disposed itself.
    /// </summary>
    public ReadOnlyMemory<byte> Memory => _leased.Memory;

    /// <summary>The bytes, valid until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public ReadOnlySpan<byte> Span => _leased.GetSpan();

    /// <summary>The offset in the file of the first byte.</summary>
    public long Offset => _leased.Offset;

    /// <summary>The number of bytes.</summary>
    public int Length => _leased.Length;

    /// <summary>Whether a system call that is handed the bytes fails for want of some of them.</summary>
    internal bool HasLostPages => FileWindows.HasLostPages(_leased.Region, Offset, Length);

    private string DebuggerText =>
        $"bytes {new FileRange(Offset, Length)} of '{_leased.Region.Directory.Name}'"
        + (_leased.HasEnded ? ", ended" : "");

    /// <summary>Says so if some of the bytes could not be read so far and zeroes stand for them.</summary>
    /// <inheritdoc cref="SpanLease.ThrowIfUnreadable"/>
    public void ThrowIfUnreadable()
    {
        _leased.ThrowIfEnded();
        UnreadableBytes.ThrowIfIn(_leased.Region, Offset, Length);
    }

    /// <summary>Ends the lease, of which bytes could not be read.</summary>
    /// <returns>What is to be thrown then.</returns>
    internal FileChangedException ReleaseUnreadable()
    {
        _leased.End();
        return UnreadableBytes.Tell(_leased.Region, Offset, Length);
    }

    /// <summary>Ends the lease.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and zeroes stood for them. The lease has ended all the same. It is said once.</exception>
    public void Dispose() => _leased.End(tells: true);

    /// <summary>The range, for a person.</summary>
    public override string ToString() => string.Create(null, $"lease of bytes {new FileRange(Offset, Length)}");
}
