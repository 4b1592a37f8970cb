using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// Leases spans of one file in a loop. It fetches the thread's pin block once, where <see cref="MappedFile.LeaseSpan"/>
/// fetches it for each lease. Made by <see cref="MappedFile.CreateReader"/>.
/// </summary>
/// <remarks>
/// <para>A <c>ref struct</c> of two words: it stays on the stack of its thread. It needs no disposal, and its leases
/// outlive it. Making one costs about as much as it saves in one lease.</para>
/// <para>It behaves as the file does: after <see cref="MappedFile.Dispose"/> it refuses, after
/// <see cref="MappedFile.Refresh"/> it sees the new length, and <see cref="MappedFileOptions.Verify"/> holds for each
/// lease.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
// SAFETY: unsafe for the pointer to the calling thread's block of hazard slots, which is never freed; a ref struct
// cannot take it to another thread.
public readonly unsafe ref struct SpanReader
{
    private readonly MappedFile? _file;
    private readonly HazardBlock* _own;

    internal SpanReader(MappedFile file)
    {
        file.ThrowIfDisposed();
        _file = file;
        _own = HazardSlots.OwnOrRegister();
    }

    private MappedFile File
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_file is null) ThrowNoFile();
            return _file;
        }
    }

    private string DebuggerText => _file is null ? "of no file" : $"of '{_file.Name}'";

    /// <summary>Leases a range as one span, as <see cref="MappedFile.LeaseSpan"/> does.</summary>
    /// <exception cref="InvalidOperationException">The reader is a default value, without a file.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpan(long offset, int length)
    {
        MappedFile file = File;
        return SpanPin.TryTake(file.Hits, _own, offset, length, out SpanPin pin)
            ? new SpanLease(pin.Region!.Bytes(offset, length), pin)
            : file.LeaseSpanSlowly(offset, length);
    }

    /// <summary>
    /// Leases the part of a range that one region gives, as <see cref="MappedFile.LeaseSpanUpTo"/> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">The reader is a default value, without a file.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpanUpTo"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpanUpTo(long offset, int maxLength)
    {
        MappedFile file = File;
        return maxLength > 0 && SpanPin.TryTake(file.Hits, _own, offset, 1, out SpanPin pin)
            ? new SpanLease(pin.Region!.UpTo(offset, maxLength), pin)
            : file.LeaseSpanUpToSlowly(offset, maxLength);
    }

    /// <summary>Reads one value, as <see cref="MappedFile.Read{T}(long)"/> does.</summary>
    /// <exception cref="InvalidOperationException">The reader is a default value, without a file.</exception>
    /// <inheritdoc cref="MappedFile.Read{T}(long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>(long offset)
        where T : unmanaged
    {
        MappedFile file = File;
        // SAFETY: a size, and no access to memory.
        return SpanPin.TryTake(file.Hits, _own, offset, Unsafe.SizeOf<T>(), out SpanPin pin)
            ? pin.ReadAndRelease<T>(offset)
            : file.ReadSlowly<T>(offset);
    }

    [DoesNotReturn]
    private static void ThrowNoFile() => throw new InvalidOperationException(
        "The reader is a default, which is of no file; MappedFile.CreateReader makes one.");
}
