using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A promise that a span of a file stays readable until this is disposed. It costs a few nanoseconds and allocates
/// nothing.
/// </summary>
/// <remarks>
/// <para>There is no finalizer: a lease that is never disposed pins its region for ever, and one of the few slots of
/// its thread. Where one cannot dispose it, copy: <see cref="MappedFile.CopyTo"/>,
/// <see cref="MappedFile.Read{T}(long)"/>.
/// </para>
/// <para>A <c>ref struct</c>: it stays on the stack of the thread that took it. Use it with <c>using</c>. Disposing it
/// twice, or disposing a copy, does nothing the second time; but a copy's span ends with the first.</para>
/// <para>Under <see cref="Backing.TruncationSafe"/> the end of a lease throws if bytes that it showed were not there
/// when they were touched: what was computed from them does not leave its <c>using</c>.</para>
/// <para>The span itself keeps nothing in memory: reading it after the lease has ended is a use of memory that may be
/// unmapped, which can end the process.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public ref struct SpanLease : IDisposable
{
    private readonly ReadOnlySpan<byte> _span;

    /// <summary>The default once disposed.</summary>
    private SpanPin _pin;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SpanLease(ReadOnlySpan<byte> span, SpanPin pin)
    {
        _span = span;
        _pin = pin;
    }

    /// <summary>
    /// The bytes; exactly as many as were asked for. The compiler refuses a span that would leave the block of its
    /// lease.
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

    /// <summary>The offset in the file of the first byte; of an empty lease, the one that was asked for.</summary>
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
        : $"{_span.Length} bytes in the region {_pin.Region.Range} of '{_pin.Region.Directory.Name}'";

    /// <summary>Says so if some of the bytes could not be read so far and zeroes stand for them.</summary>
    /// <remarks>Only under <see cref="Backing.TruncationSafe"/> can that be; elsewhere it does nothing.</remarks>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public readonly void ThrowIfUnreadable()
    {
        if (_pin.Region is not { } region) ThrowEnded();
        else UnreadableBytes.ThrowIfIn(region, _span);
    }

    /// <summary>Ends the lease. Once is enough; more often, or on a copy, is harmless.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes could not
    /// be read, and zeroes stood for them. The lease has ended all the same, and its span with it. It is said
    /// once.</exception>
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
