using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans probe FILE…</c>: leases random records and prints the time of one.</summary>
internal sealed class ProbeCommand
{
    private const int LongestOverlap = 1 << 20;
    private const int RecordsAtATime = 4096;

    private readonly Option<int> _records = new("--records")
    {
        Description = "How many records are read",
        HelpName = "N",
        DefaultValueFactory = _ => 200_000,
    };
    private readonly Option<long?> _size =
        WindowSettings.Size("--size", "How long a record is, at most 1MiB [default: 64]");
    private readonly ToolConsole _console;
    private readonly FileArguments _files;
    private readonly WindowSettings _windows;
    private readonly Report _report;

    private ProbeCommand(ToolConsole console, Command command)
    {
        _console = console;
        _files = FileArguments.AddTo(command, console);
        command.Options.Add(_records);
        command.Options.Add(_size);
        command.Validators.Add(Check);
        _windows = WindowSettings.AddTo(command);
        _report = Report.AddTo(command);
        command.SetAction(Run);
    }

    public static Command Make(ToolConsole console)
    {
        var command = new ToolCommand(
            "probe",
            "Read records here and there, and tell what one costs.",
            new Example("mspans probe big.bin", "big.bin: 31 ns a record, ..."),
            new Example("mspans probe --budget 64MiB --size 4KiB big.bin", "longer ones, in less memory"));
        _ = new ProbeCommand(console, command);
        return command;
    }

    private void Check(CommandResult result)
    {
        if (result.GetResult(_records) is { Implicit: false } records
            && !(records.Tokens is [{ Value: var text }]
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0))
            result.AddError("--records is a number from 1 to 2147483647.");
        if (result.GetResult(_size)?.Tokens is [{ Value: var size }] && ByteSize.TryParse(size, out long bytes)
            && bytes is < 1 or > LongestOverlap)
            result.AddError("--size is from 1 to 1MiB.");
    }

    private int Run(ParseResult parsed)
    {
        int records = parsed.GetValue(_records);
        long size = parsed.GetValue(_size) ?? 64;
        string[] paths = _files.Paths(parsed, out _);
        using var run = new FileRun(_console, _windows.MakeManager(parsed, LongestOverlap));
        run.ForEach(
            "probing",
            paths,
            printsAsItGoes: false,
            (file, path) =>
            {
                if (file.Length < size)
                    throw new NotSupportedException($"It is shorter than a record of {Amount.Bytes(size)}.");
                MapStatistics before = run.Manager.GetStatistics();
                double nanoseconds = Probe(file, records, (int)size, run) * 1e9 / records;
                MapStatistics after = run.Manager.GetStatistics();
                long maps = after.Maps - before.Maps, evictions = after.Evictions - before.Evictions;
                run.Found(path, json =>
                {
                    json.WriteNumber("records", records);
                    json.WriteNumber("recordBytes", size);
                    json.WriteNumber("secondsPerRecord", nanoseconds / 1e9);
                    json.WriteNumber("maps", maps);
                    json.WriteNumber("evictions", evictions);
                });
                if (!_report.IsJson(parsed))
                {
                    _console.Write(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{FileName.Quote(path)}: {nanoseconds:0} ns a record, {records} of {Amount.Bytes(size)}, "
                        + $"{new Amount(maps, "map")}, {new Amount(evictions, "eviction")}\n"));
                }
            },
            AccessPattern.Random,
            totalBytes: records * size * paths.Length);
        if (_report.IsJson(parsed)) Report.PrintJson(parsed, _console, run);
        _report.PrintStatistics(parsed, _console, run);
        return run.ExitCode;
    }

    /// <returns>The elapsed seconds.</returns>
    private static double Probe(MappedFile file, int records, int size, FileRun run)
    {
        var random = new Random(1);
        long sum = 0, started = Stopwatch.GetTimestamp();
        for (int i = 1; i <= records; i++)
        {
            using SpanLease lease = file.LeaseSpan(random.NextInt64(file.Length - size + 1), size);
            sum += lease.Span[0] + lease.Span[^1];
            if (i % RecordsAtATime == 0) run.Advance((long)RecordsAtATime * size);
        }

        run.Advance((long)(records % RecordsAtATime) * size);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        // The sum keeps the compiler from removing the reads.
        GC.KeepAlive(sum);
        return seconds;
    }
}
