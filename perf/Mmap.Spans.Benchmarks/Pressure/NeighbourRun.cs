using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.Benchmarks.Tails;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>
/// The slow hits of a thread while another thread reads at random in the full table. A spinning thread and one with
/// positional reads are the controls: their effect comes from sharing the machine.
/// </summary>
internal static class NeighbourRun
{
    private const int WindowBytes = 64 << 10;
    private const int HotWindows = 64;
    private const int BudgetWindows = 512;
    private const int HitsABatch = 32;
    private const int Batches = 200_000;
    private const int Rounds = 7;

    public static void Run(Report report)
    {
        string path = DataFile.OfWords(PressureReads.FileBytes);
        using SafeFileHandle handle = File.OpenHandle(path);
        using MapManager manager = new(new MapManagerOptions
        {
            WindowSize = WindowBytes,
            Overlap = 0,
            MaxMappedBytes = (long)BudgetWindows * WindowBytes,
        });
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Random });
        for (int window = 0; window < BudgetWindows; window++) file.LeaseSpan((long)window * WindowBytes, 8).Dispose();

        byte[] buffer = new byte[8];
        (string Name, Action<long>? Turn)[] others =
        [
            ("nothing", null),
            ("a thread that spins", _ => Thread.SpinWait(100)),
            ("a thread that reads by positions", turn => RandomAccess.Read(handle, buffer, Cold(turn))),
            ("a thread that leases in the full table", turn => file.LeaseSpan(Cold(turn), 8).Dispose()),
        ];
        var slow = new double[others.Length, Rounds];
        long copies = manager.GetStatistics().Copies;
        for (int round = -1; round < Rounds; round++)
        {
            for (int turn = 0; turn < others.Length; turn++)
            {
                int index = (Math.Max(round, 0) + turn) % others.Length;
                Disturbance? other = others[index].Turn is { } body ? Disturbance.Start(body) : null;
                double hit = SlowHit(file);
                other?.Stop();
                if (round >= 0) slow[index, round] = hit;
            }
        }

        copies = manager.GetStatistics().Copies - copies;
        report.Line($"The slow hits of a thread: the 99th of 100 batches of {HitsABatch} on {HotWindows} windows,");
        report.Line($"{Batches} batches in each of {Rounds} rounds; {copies} leases were read meanwhile.");
        report.Line("Goal: the last at most 1.5 of quiet.\n");
        report.Line("| beside the hits | p99 to quiet | to the spinning thread's |");
        report.Line("|---|--:|--:|");
        for (int index = 0; index < others.Length; index++)
        {
            int own = index;
            Quarters Against(int other) =>
                Quarters.Of(Enumerable.Range(0, Rounds).Select(round => slow[own, round] / slow[other, round]));
            report.Line($"| {others[index].Name} | {Against(0)} | {Against(1)} |");
        }

        report.Line("");
    }

    /// <summary>An offset that is in no hot window.</summary>
    private static long Cold(long turn)
    {
        const long HotBytes = (long)HotWindows * WindowBytes;
        return HotBytes + (long)((ulong)DataFile.Word(turn) % ((ulong)(PressureReads.FileBytes - HotBytes) / 8)) * 8;
    }

    /// <summary>The ticks of the 99th of a hundred batches.</summary>
    private static double SlowHit(MappedFile file)
    {
        var ticks = new long[Batches];
        long sum = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int hit = 0; hit < HitsABatch; hit++)
            {
                using SpanLease lease = file.LeaseSpan((long)((batch + hit * 7) % HotWindows) * WindowBytes, 8);
                sum += lease.Span[0];
            }

            ticks[batch] = Stopwatch.GetTimestamp() - begin;
        }

        if (sum == 0) throw new InvalidOperationException("The hits read nothing.");
        Array.Sort(ticks);
        return ticks[Batches * 99 / 100];
    }
}
