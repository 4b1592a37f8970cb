using System.Runtime.InteropServices;
using Spectre.Console;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>A progress bar on standard error for long work, if standard error is a terminal.</summary>
internal static class ProgressBar
{
    /// <summary>The number of bytes below which no bar is shown.</summary>
    private const long WorthShowingBytes = 256L << 20;

    /// <summary>Runs work that reports the number of bytes done.</summary>
    /// <param name="console">The console for messages.</param>
    /// <param name="title">The title of the bar.</param>
    /// <param name="totalBytes">The number of bytes to do.</param>
    /// <param name="printsAsItGoes">True if the work writes results during the run.</param>
    /// <param name="showSpeed">True if bytes per second mean something.</param>
    /// <param name="work">Receives the function to call with the bytes done since its last call.</param>
    public static void Run(
        ToolConsole console,
        string title,
        long totalBytes,
        bool printsAsItGoes,
        bool showSpeed,
        Action<Action<long>> work)
    {
        bool inTheWay = printsAsItGoes && console.OutputIsTerminal;
        if (!console.ErrorIsTerminal || inTheWay || totalBytes < WorthShowingBytes)
        {
            work(_ => { });
            return;
        }

        IAnsiConsole screen =
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        Progress progress = screen.Progress()
            .AutoClear(true)
            .Columns(
            [
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                .. showSpeed ? new ProgressColumn[] { new TransferSpeedColumn() } : [],
                new RemainingTimeColumn(),
            ]);
        using PosixSignalRegistration shown = Screen.ShowCursorOnInterrupt(screen);
        try
        {
            console.ErrorLine = line => screen.WriteLine(line);
            progress.Start(context =>
            {
                ProgressTask task = context.AddTask(title, maxValue: totalBytes);
                work(bytes => task.Increment(bytes));
            });
        }
        finally
        {
            console.ErrorLine = null;
        }
    }
}
