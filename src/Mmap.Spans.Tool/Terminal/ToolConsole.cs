using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Where a command prints: bytes to standard output, messages to standard error. For one thread.</summary>
/// <remarks>Commands get it handed in, so that tests run them inside their own process.</remarks>
internal sealed class ToolConsole : IDisposable
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Fits a page, a mail and a window of the usual width.</summary>
    private const int WidthOfNoTerminal = 80;

    private readonly Stream _output;
    private readonly TextWriter _error;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _buffered;

    /// <param name="output">Takes the results.</param>
    /// <param name="error">Takes the messages.</param>
    public ToolConsole(Stream output, TextWriter error)
    {
        _output = output;
        _error = error;
    }

    /// <summary>Whether results go to a person's screen, where a moving bar would be in their way.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether messages go to a person's screen, where progress can be shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>How many columns a picture may have.</summary>
    public int Width { get; init; } = WidthOfNoTerminal;

    /// <summary>Whether blocks and shades can be written, or only what a typewriter has.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>What the file name "-" means, and what a command reads that is given no file; null if there is none.</summary>
    public StandardInput? Input { get; init; }

    /// <summary>Somebody who looks on while a command reads; null otherwise.</summary>
    public IFileWatcher? Watcher { get; init; }

    /// <summary>Where error lines go while progress is drawn; null otherwise.</summary>
    public Action<string>? ErrorLine { get; set; }

    /// <summary>The console of this process.</summary>
    public static ToolConsole OfProcess() => new(OpenOutput(), Console.Error)
    {
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? WidthOfNoTerminal : WidthOfTerminal(),
        Unicode = Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage,
        Input = StandardInput.OfProcess(),
    };

    /// <summary>Writes bytes to standard output: collected when few, as they are when many.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _buffered) Flush();
        if (bytes.Length >= _buffer.Length)
        {
            Send(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    /// <summary>Writes text to standard output, as UTF-8.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends what was collected on its way.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Flush()
    {
        int bytes = _buffered;
        _buffered = 0;
        if (bytes > 0) Send(_buffer.AsSpan(0, bytes));
    }

    /// <summary>Standard output for those who write text; to be disposed, which leaves standard output open.</summary>
    /// <param name="atOnce">Whether a piece of text is sent as soon as it is written.</param>
    public TextWriter TextOutput(bool atOnce = false) => new OutputText(this, atOnce);

    /// <summary>Writes one line to standard error, with the program's name before it.</summary>
    public void Error(string message)
    {
        string line = FileName.Printable($"mspans: {message.ReplaceLineEndings(" ")}");
        if (ErrorLine is { } live) live(line);
        else _error.WriteLine(line);
    }

    /// <summary>Writes one line to standard error, as it is.</summary>
    public void Note(string line) => _error.WriteLine(line);

    public void Dispose() => _output.Dispose();

    /// <summary>A stream that reports a reader who has gone.</summary>
    /// <remarks>
    /// The framework's console stream swallows that error, and a command whose reader was <c>head</c> would read on for
    /// gigabytes. A file stream does report it; but on a regular file it keeps a position of its own, so that two
    /// commands that share one output would overwrite each other. Each does what it is good at.
    /// </remarks>
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Standard output is closed, or something that no file stream takes.
            return Console.OpenStandardOutput();
        }
    }

    /// <summary>A terminal may say that it has no columns, and one with very few wraps whatever is done.</summary>
    private static int WidthOfTerminal() => Console.WindowWidth > 0 ? Math.Max(Console.WindowWidth, 20) : WidthOfNoTerminal;

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _output.Write(bytes);
        }
        catch (IOException e)
        {
            throw new OutputException(e);
        }
    }

    /// <summary>Text that ends up among the bytes, in order.</summary>
    private sealed class OutputText(ToolConsole console, bool atOnce) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            console.Write(value ?? "");
            if (atOnce) console.Flush();
        }

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Flush() => console.Flush();

        protected override void Dispose(bool disposing)
        {
            if (disposing) console.Flush();
            base.Dispose(disposing);
        }
    }
}
