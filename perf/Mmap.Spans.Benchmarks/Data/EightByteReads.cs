using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>
/// The scattered reads of eight bytes in the ways that several questions ask for; each gives the sum of the words.
/// </summary>
internal static unsafe class EightByteReads
{
    public static long SpanLeases(MappedFile file, long start = 0)
    {
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using SpanLease lease = file.LeaseSpan(start + Scattered.OffsetOf(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    public static long SpanReaderLeases(SpanReader reader)
    {
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using SpanLease lease = reader.LeaseSpan(Scattered.OffsetOf(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    public static long MemoryLeases(MappedFile file, long start = 0)
    {
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using MemoryLease lease = file.LeaseMemory(start + Scattered.OffsetOf(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    public static long PointerPairs(SafeMemoryMappedViewHandle handle, long start = 0)
    {
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            byte* pointer = null;
            try
            {
                handle.AcquirePointer(ref pointer);
                sum += *(long*)(pointer + start + Scattered.OffsetOf(read));
            }
            finally
            {
                if (pointer != null) handle.ReleasePointer();
            }
        }

        return sum;
    }
}
