using System.Globalization;
using Mmap.Spans;
using Mmap.Spans.Contention;

// One figure a process: NAME=VALUE. It uses only what the library had from the beginning, so that the same program runs
// with an older one in its folder.
const string Usage =
    "peak THREADS WINDOW Map|Copy, misses THREADS Exceed|Fail clock|processor, parked, or wait Trim|Release|Close";

using var data = new SparseFile();
double figure = args switch
{
    ["peak", var threads, var window, var backing] =>
        Peak.Measure(data.Path, Number(threads), Number(window), Enum.Parse<Backing>(backing)),
    ["misses", var threads, var over, var time] =>
        Misses.Measure(data.Path, Number(threads), Enum.Parse<OverBudget>(over), time == "processor"),
    ["parked"] => ParkedHits.Measure(data.Path),
    ["wait", var call] => Waits.Measure(data.Path, call),
    _ => throw new ArgumentException(Usage),
};
Console.WriteLine(figure.ToString("0.###", CultureInfo.InvariantCulture));

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
