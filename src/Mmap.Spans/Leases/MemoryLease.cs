using System.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A promise that a range of a file stays readable until it is disposed, for code that stores it or crosses an
/// <c>await</c>. Taking it costs two objects of less than 100 bytes together and one locked operation; ending it costs
/// two such operations.
/// </summary>
/// <remarks>
/// <para>There is no finalizer, because a span of the lease does not keep it alive. A lease that is never disposed
/// keeps its region in memory until the process ends (see <see cref="MapManagerOptions.TrackLeases"/>). If you cannot
/// dispose it, copy instead: <see cref="MappedFile.CopyTo"/>, <see cref="MappedFile.Read{T}(long)"/>.</para>
/// <para>Thread-safe: it may be disposed on any thread, and more than once.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class MemoryLease : IDisposable
{
    private readonly LeasedMemory _leased;

    internal MemoryLease(LeasedMemory leased) => _leased = leased;

    /// <summary>
    /// The bytes. After the lease has ended, reading the memory or any slice of it throws
    /// <see cref="ObjectDisposedException"/>. A handle from <see cref="ReadOnlyMemory{T}.Pin"/> keeps the bytes until
    /// it is disposed.
    /// </summary>
    public ReadOnlyMemory<byte> Memory => _leased.Memory;

    /// <summary>The bytes, valid until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public ReadOnlySpan<byte> Span => _leased.GetSpan();

    /// <summary>The offset in the file of the first byte.</summary>
    public long Offset => _leased.Offset;

    /// <summary>The number of bytes.</summary>
    public int Length => _leased.Length;

    /// <summary>True if a system call on the bytes would fail because some of them are lost.</summary>
    internal bool HasLostPages => FileWindows.HasLostPages(_leased.Region, Offset, Length);

    private string DebuggerText =>
        $"bytes {new FileRange(Offset, Length)} of '{_leased.Region.Directory.Name}'"
        + (_leased.HasEnded ? ", ended" : "");

    /// <summary>Throws if some of the bytes could not be read so far, so that zeroes stand for them.</summary>
    /// <inheritdoc cref="SpanLease.ThrowIfUnreadable"/>
    public void ThrowIfUnreadable()
    {
        _leased.ThrowIfEnded();
        UnreadableBytes.ThrowIfIn(_leased.Region, Offset, Length);
    }

    /// <summary>Ends a lease with unreadable bytes.</summary>
    /// <returns>The exception to throw.</returns>
    internal FileChangedException ReleaseUnreadable()
    {
        _leased.End();
        return UnreadableBytes.DetachAndDescribe(_leased.Region, Offset, Length);
    }

    /// <summary>Ends the lease. Idempotent.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and were zeroes. The lease has ended all the same. Thrown once.</exception>
    public void Dispose() => _leased.End(tells: true);

    /// <summary>The range, for people.</summary>
    public override string ToString() => string.Create(null, $"lease of bytes {new FileRange(Offset, Length)}");
}
