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
/// <para>A <c>ref struct</c>: it stays on the stack of the thread that took it. Use it with <c>using</c>. Disposing it
/// twice, or disposing a copy, does nothing the second time; but a copy's span ends with the first.</para>
/// <para>The span itself keeps nothing in memory: reading it after the lease has ended is a use of memory that may be
/// unmapped, which can end the process.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
// SAFETY: unsafe for the pointer to a hazard block, which lives as long as the process; a ref struct cannot take it to
// another thread.
public unsafe ref struct SpanLease : IDisposable
{
    private readonly ReadOnlySpan<byte> _span;

    /// <summary>The pinned region; null once disposed.</summary>
    private Region? _region;

    /// <summary>The block whose slot pins the region: the thread's own, or nobody's where a reference does, or nothing.</summary>
    private readonly HazardBlock* _block;

    /// <summary>Which slot, or which reference.</summary>
    private readonly long _token;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SpanLease(ReadOnlySpan<byte> span, Region region, HazardBlock* block, long token)
    {
        _span = span;
        _region = region;
        _block = block;
        _token = token;
    }

    /// <summary>
    /// The bytes; exactly as many as were asked for. The compiler refuses a span that would leave the block of its lease.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_region is null) ThrowEnded();
            return _span;
        }
    }

    private readonly string DebuggerText => _region is null
        ? "ended"
        : $"{_span.Length} bytes in the region {_region.Range} of '{_region.Directory.Name}'";

    /// <summary>Ends the lease. Once is enough; more often, or on a copy, is harmless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        // SAFETY: the block is the calling thread's own, for a ref struct cannot leave its thread, or nobody's where a
        // reference pins; blocks are never freed. A lease that has ended, or never was, has no region.
        // The order of these two, the clearing store and then the load, is what a waiting sweeper relies on.
        if (_region is not null && (!_block->TryClear(_token) || _region.State.NeedsSweep)) EndSlowly(_region, _token);
        _region = null;
    }

    /// <summary>
    /// The rare ends: a region that must be reported, a reference instead of a slot, a copy that comes late. Out of line
    /// so that what is left is short enough for the compiler to put into the caller's <c>using</c> without a call.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EndSlowly(Region region, long token)
    {
        if (token < 0) SpanPins.ReleaseReference(token);
        else if (region.State.NeedsSweep) region.NotifySweeper();
    }

    [DoesNotReturn]
    private static void ThrowEnded() => throw new ObjectDisposedException(nameof(SpanLease), "The span lease has ended.");
}
