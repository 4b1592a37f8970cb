using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Shows pictures on standard output: in colours where a terminal has them, and moving if they change.</summary>
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
            // What a build server is known to show matters only where this is no terminal.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
    }

    /// <summary>Whether lines that were written can be written over.</summary>
    public bool CanMove => _terminal?.Profile.Capabilities.Ansi ?? false;

    /// <summary>Shows a picture.</summary>
    public void Print(Picture picture)
    {
        if (_terminal is null) _console.Write(picture.ToString());
        else _terminal.Write(Render(picture, picture.Pieces.Count));
        _console.Flush();
    }

    /// <summary>Shows a picture and draws it anew until the work is done; where that cannot be, only at the end.</summary>
    /// <param name="work">What is looked at; runs on another thread where the picture moves.</param>
    /// <param name="between">The time between two pictures.</param>
    /// <param name="draw">Makes the picture as it now is.</param>
    public void Follow(Action work, TimeSpan between, Func<Picture> draw)
    {
        if (!CanMove)
        {
            work();
            Print(draw());
            return;
        }

        // A process that is interrupted would leave the terminal without its cursor.
        using PosixSignalRegistration shown = ShowCursorOnInterrupt(_terminal!);
        // What moves ends with a line feed of its own.
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

    /// <summary>Undoes the hiding of the cursor when the user interrupts; the interrupt then goes its usual way.</summary>
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

    /// <summary>Standard output through the tool's own console, so that everything comes out in order.</summary>
    private sealed class Output(ToolConsole console) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = console.TextOutput(atOnce: true);

        public bool IsTerminal => true;

        public int Width => console.Width;

        public int Height => Console.WindowHeight;

        public void SetEncoding(Encoding encoding)
        {
            // Standard output is UTF-8; whoever asks for less is not told otherwise, for nobody asks.
        }
    }
}
