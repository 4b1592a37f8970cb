using System.Runtime.InteropServices;
using Spectre.Console;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>A bar on standard error for work that takes a while, if somebody is looking.</summary>
internal static class ProgressBar
{
    /// <summary>What is read before anyone would look at a bar.</summary>
    private const long WorthShowingBytes = 256L << 20;

    /// <summary>Runs work that tells how many bytes it has done.</summary>
    /// <param name="console">Where messages go.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="totalBytes">How much there is to do.</param>
    /// <param name="printsAsItGoes">Whether the work writes results all along, not only at its end.</param>
    /// <param name="showSpeed">Whether bytes per second mean something.</param>
    /// <param name="work">Takes the function to call with the bytes done since the last call.</param>
    public static void Run(ToolConsole console, string title, long totalBytes, bool printsAsItGoes, bool showSpeed, Action<Action<long>> work)
    {
        bool inTheWay = printsAsItGoes && console.OutputIsTerminal;
        if (!console.ErrorIsTerminal || inTheWay || totalBytes < WorthShowingBytes)
        {
            work(_ => { });
            return;
        }

        IAnsiConsole screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
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
