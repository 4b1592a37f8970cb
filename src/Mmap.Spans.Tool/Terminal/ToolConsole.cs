using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>The output of a command: bytes to standard output, messages to standard error. For one thread.</summary>
/// <remarks>Passed to each command, so that tests run commands inside their own process.</remarks>
internal sealed class ToolConsole : IDisposable
{
    private const int BufferBytes = 1 << 16;

    /// <summary>The width if there is no terminal: it fits a page, a mail and a usual window.</summary>
    private const int WidthOfNoTerminal = 80;

    private readonly Stream _output;
    private readonly TextWriter _error;
    private readonly Lazy<int> _width;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _buffered;

    /// <param name="output">Receives the results.</param>
    /// <param name="error">Receives the messages.</param>
    /// <param name="width">Asks for the width of a picture; by default that of no terminal.</param>
    public ToolConsole(Stream output, TextWriter error, Func<int>? width = null)
    {
        _width = new Lazy<int>(width ?? (() => WidthOfNoTerminal));
        _output = output;
        _error = error;
    }

    /// <summary>True if results go to a terminal, where a moving bar would disturb them.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>True if messages go to a terminal, where progress can be shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The width of a picture in columns.</summary>
    /// <remarks>Asked only when something is drawn: the framework's answer sets the terminal to application keys, and
    /// nothing sets it back.</remarks>
    public int Width
    {
        get => _width.Value;
        init => _width = new Lazy<int>(value);
    }

    /// <summary>True if block characters can be written; otherwise ASCII only.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>The source behind the file name "-" and behind an empty list of files; null if there is none.</summary>
    public StandardInput? Input { get; init; }

    /// <summary>The watcher of a command that reads; null if there is none.</summary>
    public IFileWatcher? Watcher { get; init; }

    /// <summary>Receives error lines while progress is drawn; null otherwise.</summary>
    public Action<string>? ErrorLine { get; set; }

    /// <summary>The console of this process.</summary>
    public static ToolConsole OfProcess() => new(OpenOutput(), OpenError(), WidthOfOutput)
    {
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Unicode = Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage,
        Input = StandardInput.OfProcess(),
    };

    /// <summary>Writes bytes to standard output: short ones are collected, long ones written at once.</summary>
    /// <exception cref="OutputException">Standard output cannot be written.</exception>
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

    /// <summary>Writes the collected bytes.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Flush()
    {
        int bytes = _buffered;
        _buffered = 0;
        if (bytes > 0) Send(_buffer.AsSpan(0, bytes));
    }

    /// <summary>A text writer for standard output. Disposing it leaves standard output open.</summary>
    /// <param name="atOnce">True if each piece of text is sent as soon as it is written.</param>
    public TextWriter TextOutput(bool atOnce = false) => new OutputText(this, atOnce);

    /// <summary>Writes one line to standard error, after the program's name.</summary>
    public void Error(string message)
    {
        string line = FileName.Printable($"mspans: {message.ReplaceLineEndings(" ")}");
        if (ErrorLine is { } live)
        {
            live(line);
            return;
        }

        // On a terminal a message stands after the results that came before it.
        if (OutputIsTerminal) Flush();
        _error.WriteLine(line);
    }

    /// <summary>Writes one line to standard error unchanged.</summary>
    public void Note(string line) => _error.WriteLine(line);

    public void Dispose() => _output.Dispose();

    /// <summary>Opens a stream that reports a reader that has ended.</summary>
    /// <remarks>The framework's console stream swallows that error, and a command whose reader was <c>head</c> would
    /// read on for gigabytes. A file stream reports it. On a regular file, however, a file stream keeps its own
    /// position, so two commands with one output would overwrite each other. So pipes get the one and files the
    /// other.</remarks>
    private static Stream OpenOutput() => Open(1, Console.OpenStandardOutput);

    /// <summary>Opens standard error. On a terminal the framework's stream, too, would set application keys.</summary>
    private static TextWriter OpenError()
    {
        Stream stream = Console.IsErrorRedirected
            ? Console.OpenStandardError() : Open(2, Console.OpenStandardError);
        Encoding encoding = Console.OutputEncoding;
        // The framework's own UTF-8 would begin with a byte order mark.
        if (encoding.CodePage == Encoding.UTF8.CodePage) encoding = new UTF8Encoding(false);
        var writer = new StreamWriter(stream, encoding, leaveOpen: true) { AutoFlush = true };
        return TextWriter.Synchronized(writer);
    }

    private static Stream Open(int descriptor, Func<Stream> ofFramework)
    {
        if (OperatingSystem.IsWindows()) return ofFramework();
        try
        {
            var handle = new SafeFileHandle(descriptor, ownsHandle: false);
            var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? ofFramework() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It is closed, or of a kind that no file stream accepts.
            return ofFramework();
        }
    }

    /// <summary>The width in columns. A terminal may report none, and a very narrow one wraps in any case.</summary>
    private static int WidthOfOutput() => !Console.IsOutputRedirected && Console.WindowWidth > 0
        ? Math.Max(Console.WindowWidth, 20) : WidthOfNoTerminal;

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

    /// <summary>Text among the bytes, in order.</summary>
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
