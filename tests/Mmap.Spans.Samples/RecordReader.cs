using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mmap.Spans.Samples;

/// <summary>One record of the file, byte for byte.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Trade(long Time, long Account, int Amount, int Price);

/// <summary>Reads records of one size from any place of a file that is sorted by time. Thread-safe.</summary>
public sealed class RecordReader(MappedFile file)
{
    private static readonly int s_size = Unsafe.SizeOf<Trade>();

    /// <summary>The number of records.</summary>
    public long Count => file.Length / s_size;

    /// <summary>One record, copied out of the mapping: 24 bytes, and the lease ends here.</summary>
    public Trade this[long index]
    {
        get
        {
            using SpanLease lease = file.LeaseSpan(index * s_size, s_size);
            return MemoryMarshal.Read<Trade>(lease.Span);
        }
    }

    /// <summary>The first record at or after a time, or <see cref="Count"/>.</summary>
    public long FirstAt(long time)
    {
        long low = 0, high = Count;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (this[middle].Time < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Adds up the amounts of many records in place, without a copy of any.</summary>
    public long TotalAmount(long from, int count)
    {
        using SpanLease lease = file.LeaseSpan(from * s_size, count * s_size);
        long total = 0;
        foreach (ref readonly Trade trade in MemoryMarshal.Cast<byte, Trade>(lease.Span)) total += trade.Amount;
        return total;
    }
}
