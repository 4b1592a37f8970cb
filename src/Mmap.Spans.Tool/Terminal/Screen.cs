using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Shows pictures on standard output: in colours if the terminal has them, animated if they change.</summary>
internal sealed class Screen
{
    private readonly ToolConsole _console;
    private readonly IAnsiConsole? _terminal;

    public Screen(ToolConsole console)
    {
        _console = console;
        if (!console.OutputIsTerminal) return;
        _terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new Output(console),
            // The environment of a build server matters only if this is no terminal.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
    }

    /// <summary>True if written lines can be overwritten.</summary>
    public bool CanMove => _terminal?.Profile.Capabilities.Ansi ?? false;

    /// <summary>Shows a picture.</summary>
    public void Print(Picture picture)
    {
        if (_terminal is null) _console.Write(picture.ToString());
        else _terminal.Write(Render(picture, picture.Pieces.Count));
        _console.Flush();
    }

    /// <summary>Shows a picture and redraws it until the work is done; without a terminal, once at the end.</summary>
    /// <param name="work">The observed work; runs on another thread if the picture is animated.</param>
    /// <param name="between">The time between two pictures.</param>
    /// <param name="draw">Makes the current picture.</param>
    public void Follow(Action work, TimeSpan between, Func<Picture> draw)
    {
        if (!CanMove)
        {
            work();
            Print(draw());
            return;
        }

        // An interrupted process would leave the terminal without its cursor.
        using PosixSignalRegistration shown = ShowCursorOnInterrupt(_terminal!);
        // An animation ends with a line feed of its own.
        Paragraph Draw()
        {
            Picture picture = draw();
            return Render(picture, picture.Pieces.Count - 1);
        }

        _terminal!.Live(Draw()).Start(live =>
        {
            Task task = Task.Run(work);
            while (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(between)) live.UpdateTarget(Draw());
            task.GetAwaiter().GetResult();
            live.UpdateTarget(Draw());
        });
        _console.Flush();
    }

    /// <summary>Shows the cursor again when the user interrupts; the interrupt then takes its usual way.</summary>
    public static PosixSignalRegistration ShowCursorOnInterrupt(IAnsiConsole terminal) =>
        PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => terminal.Cursor.Show());

    private static Paragraph Render(Picture picture, int pieces)
    {
        var paragraph = new Paragraph();
        foreach ((string text, Ink ink) in picture.Pieces.Take(pieces)) paragraph.Append(text, StyleOf(ink));
        return paragraph;
    }

    private static Style StyleOf(Ink ink) => ink switch
    {
        Ink.Title => new Style(decoration: Decoration.Bold),
        Ink.Faint => new Style(Color.Grey),
        Ink.Ours => new Style(Color.Green),
        Ink.Theirs => new Style(Color.Blue),
        Ink.Cool => new Style(Color.Orange4),
        Ink.Mild => new Style(Color.DarkOrange3),
        Ink.Warm => new Style(Color.DarkOrange),
        Ink.Hot => new Style(Color.Orange1),
        _ => Style.Plain,
    };

    /// <summary>Standard output through the tool's own console, so that all output stays in order.</summary>
    private sealed class Output(ToolConsole console) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = console.TextOutput(atOnce: true);

        public bool IsTerminal => true;

        public int Width => console.Width;

        public int Height => Console.WindowHeight;

        public void SetEncoding(Encoding encoding)
        {
            // Standard output is always UTF-8; a request for another encoding is ignored.
        }
    }
}
