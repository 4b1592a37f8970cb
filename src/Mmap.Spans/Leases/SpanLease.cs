using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A promise that a span of a file stays readable until it is disposed. It costs a few nanoseconds and allocates
/// nothing.
/// </summary>
/// <remarks>
/// <para>There is no finalizer: a lease that is never disposed pins its region for ever, and takes one of the few slots
/// of its thread. If you cannot dispose it, copy instead: <see cref="MappedFile.CopyTo"/>,
/// <see cref="MappedFile.Read{T}(long)"/>.</para>
/// <para>A <c>ref struct</c>: it stays on the stack of its thread. Use it with <c>using</c>. A second disposal, or that
/// of a copy, does nothing; but the first ends the spans of all copies.</para>
/// <para>Under <see cref="Backing.TruncationSafe"/> the end of a lease throws if bytes that it showed were lost when
/// they were touched. So results computed from them do not leave the <c>using</c>.</para>
/// <para>The span itself keeps nothing in memory. Reading it after the end of the lease may touch unmapped memory,
/// which can end the process.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public ref struct SpanLease : IDisposable
{
    private readonly ReadOnlySpan<byte> _span;

    /// <summary>The pin; the default after disposal.</summary>
    private SpanPin _pin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SpanLease(ReadOnlySpan<byte> span, SpanPin pin)
    {
        _span = span;
        _pin = pin;
    }

    /// <summary>
    /// The bytes, exactly as many as requested. The compiler refuses a span that would leave the block of its lease.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_pin.Region is null) ThrowEnded();
            return _span;
        }
    }

    /// <summary>The offset in the file of the first byte; for an empty lease, the requested one.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public readonly long Offset
    {
        get
        {
            if (_pin.Region is null) ThrowEnded();
            return _pin.OffsetOf(_span);
        }
    }

    /// <summary>The number of bytes.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public readonly int Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Span.Length;
    }

    private readonly string DebuggerText => _pin.Region is null
        ? "ended"
        : $"{Amount.Bytes(_span.Length)} in the region {_pin.Region.Range} of '{_pin.Region.Directory.Name}'";

    /// <summary>Throws if some of the bytes could not be read so far, so that zeroes stand for them.</summary>
    /// <remarks>This happens only under <see cref="Backing.TruncationSafe"/>; otherwise the method does
    /// nothing.</remarks>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public readonly void ThrowIfUnreadable()
    {
        if (_pin.Region is not { } region) ThrowEnded();
        else UnreadableBytes.ThrowIfIn(region, _span);
    }

    /// <summary>Ends the lease. Idempotent, on copies as well.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and were zeroes. The lease has ended all the same, and its span with it. Thrown once.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        _pin.Release(_span);
        _pin = default;
    }

    [DoesNotReturn]
    private static void ThrowEnded() =>
        throw new ObjectDisposedException(nameof(SpanLease), "The span lease has ended.");
}
