using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Stress;

// The stress of the tests as a program.
//
//   Mmap.Spans.Stress SECONDS [SEED [KIND ...]]    slices of half a second; seeds count up, the kinds take turns
//   Mmap.Spans.Stress soak SECONDS [SEED]          the same in children, each with other switches of the runtime
//   Mmap.Spans.Stress truncations FAULTS [SEED]    files cut under their readers until so many faults were survived
//
// The seconds of the first are processor time, so that a busy machine tries as much. By the clock it takes at most five
// times as long. Those of the soak are by the clock.
//
// Exit code 0: nothing was found. 1: something was, and a line says what, with kind and seed. 2: wrong arguments.
TableInvariants.Runner = check => check();
if (args.Length >= 2 && args[0] == "soak")
    return Soak.Run(Seconds(args[1]), args.Length > 2 ? Number(args[2]) : Environment.TickCount & 0xFFFFFF);

if (args.Length >= 2 && args[0] == "truncations")
    return Truncations.Run(Number(args[1]), args.Length > 2 ? Number(args[2]) : 1);

if (args.Length == 0 || Seconds(args[0]) <= TimeSpan.Zero || args.Skip(2).Any(kind => !Stress.Kinds.ContainsKey(kind)))
{
    const string Usage = "SECONDS [SEED [KIND ...]] or soak SECONDS [SEED] or truncations FAULTS [SEED]";
    Console.Error.WriteLine($"{Usage}; kinds: {string.Join(", ", Stress.Kinds.Keys)}");
    return 2;
}

TimeSpan slice = TimeSpan.FromSeconds(0.5), patience = TimeSpan.FromSeconds(5), time = Seconds(args[0]);
int seed = args.Length > 1 ? Number(args[1]) : 1;
string[] kinds = args.Length > 2 ? args[2..] : [.. Stress.Kinds.Keys];
long start = Stopwatch.GetTimestamp();
try
{
    int slices = 0;
    for (; ProcessorTime() < time && Stopwatch.GetElapsedTime(start) < 5 * time; slices++)
        Stress.Run(kinds[(seed + slices) % kinds.Length], seed + slices, slice, patience);
    Console.WriteLine($"{slices} slices, seeds {seed} to {seed + slices - 1}.");
    return 0;
}
catch (StressFailedException e)
{
    Console.Error.WriteLine($"BROKEN {e}");
    // Threads may hang; they are in the background.
    return 1;
}

static TimeSpan ProcessorTime()
{
    using var self = Process.GetCurrentProcess();
    return self.TotalProcessorTime;
}

static TimeSpan Seconds(string argument) =>
    double.TryParse(argument, CultureInfo.InvariantCulture, out double seconds)
        ? TimeSpan.FromSeconds(seconds) : default;

static int Number(string argument) => int.Parse(argument, CultureInfo.InvariantCulture);
