using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans.TestChild;

/// <summary>
/// Where does copying a small file stop being quicker than mapping it? Opens, leases, touches every page or only one,
/// and closes, in turn by each way, many times. Prints medians of pairs of processor time, because neighbours on the
/// machine disturb the clock more.
/// </summary>
internal static class SmallFileTimes
{
    private const int FilesEach = 64;
    private const int PageBytes = 4096;

    /// <summary>Prints the table.</summary>
    /// <param name="args">A folder to fill, and how many rounds.</param>
    public static void Measure(string[] args)
    {
        int rounds = (int)Check.Number(args[1]);
        Console.WriteLine(
            "| file, KiB | ReadAllBytes, us | Copy | Map | Auto | Map beside Copy | the same, one page touched |");
        Console.WriteLine("|--:|--:|--:|--:|--:|--:|--:|");
        // The small ones last: by then all the code has been compiled for speed.
        foreach (int kibibytes in (int[])[1024, 512, 256, 128, 64, 32, 16, 8, 4])
            Measure(args[0], kibibytes << 10, rounds);
    }

    private static void Measure(string folder, int bytes, int rounds)
    {
        var paths = new string[FilesEach];
        byte[] content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        for (int i = 0; i < FilesEach; i++)
        {
            paths[i] = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{bytes}-{i}"));
            File.WriteAllBytes(paths[i], content);
        }

        using var manager = new MapManager();
        Func<string, int>[] ways =
        [
            path => Touch(File.ReadAllBytes(path), bytes),
            path => Lease(manager, path, Backing.Copy, bytes),
            path => Lease(manager, path, Backing.Map, bytes),
            path => Lease(manager, path, Backing.Auto, bytes),
            path => Lease(manager, path, Backing.Copy, 1),
            path => Lease(manager, path, Backing.Map, 1),
        ];
        var times = new double[ways.Length][];
        for (int way = 0; way < ways.Length; way++) times[way] = new double[rounds];
        int touched = 0;
        for (int round = -rounds / 4; round < rounds; round++)
        {
            // Each round begins with another way, so that none always comes after the same one.
            for (int turn = 0; turn < ways.Length; turn++)
            {
                int way = (turn + Math.Abs(round)) % ways.Length;
                TimeSpan before = ProcessorTime;
                foreach (string path in paths) touched += ways[way](path);
                if (round >= 0) times[way][round] = (ProcessorTime - before).TotalMicroseconds / FilesEach;
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {bytes >> 10} | {Median(times[0]):F1} "
            + $"| {Ratio(times, 1, 0):F2} | {Ratio(times, 2, 0):F2} | {Ratio(times, 3, 0):F2} "
            + $"| {Ratio(times, 2, 1):F2} | {Ratio(times, 5, 4):F2} |"));
        GC.KeepAlive(touched);
        foreach (string path in paths) File.Delete(path);
    }

    private static int Lease(MapManager manager, string path, Backing backing, int touched)
    {
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
        using SpanLease lease = file.LeaseSpan(0, (int)file.Length);
        return Touch(lease.Span, touched);
    }

    private static int Touch(ReadOnlySpan<byte> bytes, int touched)
    {
        int sum = 0;
        for (int at = 0; at < touched; at += PageBytes) sum += bytes[at];
        return sum;
    }

    private static TimeSpan ProcessorTime => Process.GetCurrentProcess().TotalProcessorTime;

    private static double Ratio(double[][] times, int way, int beside) =>
        Median([.. times[way].Zip(times[beside], (a, b) => a / b)]);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
