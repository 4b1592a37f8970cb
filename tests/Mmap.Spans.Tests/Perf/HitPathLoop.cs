using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Perf;

/// <summary>
/// The loop whose machine code <see cref="HitPathListingTests"/> looks at. It runs in a child process, which is this
/// very program with a variable set: only a process that starts under the compiler's settings writes a listing.
/// </summary>
internal static class HitPathLoop
{
    /// <summary>
    /// Set to a number of milliseconds to make the program run the loop so long and end, instead of running tests.
    /// </summary>
    public const string Variable = "MMAP_SPANS_RUN_HIT_PATH_LOOP";

    /// <summary>Divert before any test is looked for.</summary>
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } milliseconds) return;
        Environment.Exit(Run(int.Parse(milliseconds, CultureInfo.InvariantCulture)) ? 0 : 1);
    }

    /// <summary>The hit path as a user writes it: lease, read, dispose.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long LeaseReadDispose(MappedFile file, int turns)
    {
        long sum = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            using SpanLease lease = file.LeaseSpan((turn & 255) * sizeof(long), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    /// <summary>The same through a reader.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long ReaderLeaseReadDispose(SpanReader reader, int turns)
    {
        long sum = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            using SpanLease lease = reader.LeaseSpan((turn & 255) * sizeof(long), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        return sum;
    }

    /// <summary>
    /// Calls the loops for the last tier of the compiler: 30 calls, a delay of a tenth of a second, 30 more, another
    /// delay. On one processor the delays are ten times as long.
    /// </summary>
    private static bool Run(int leastMilliseconds)
    {
        const int Turns = 2_000;
        using SampleFile sample = SampleFile.OfLength(1 << 16);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);

        long expected = 0;
        for (int turn = 0; turn < Turns; turn++)
            expected += MemoryMarshal.Read<long>(SampleFile.Bytes((turn & 255) * sizeof(long), sizeof(long)));

        // Both clocks: on a busy machine the compiler's own thread comes late.
        var clock = Stopwatch.StartNew();
        while (clock.ElapsedMilliseconds < leastMilliseconds
            || Environment.CpuUsage.TotalTime.TotalMilliseconds < leastMilliseconds)
        {
            if (LeaseReadDispose(file, Turns) != expected
                || ReaderLeaseReadDispose(file.CreateReader(), Turns) != expected) return false;
        }

        return true;
    }
}
