using System.Globalization;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>Lines for the terminal that are also kept beside the other results of the machine and the day.</summary>
/// <param name="name">The name of the file.</param>
internal sealed class Report(string name)
{
    /// <summary>The folder that the results go to, given by the script; nothing is kept otherwise.</summary>
    public const string ResultsVariable = "MMAP_SPANS_RESULTS";

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);

    /// <summary>The folder for the results of this machine and day.</summary>
    public static string FolderOfToday(string root) =>
        Path.Combine(root, Machine.ProcessorFolder,
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>Prints a line.</summary>
    public void Line(FormattableString line) => Line(line.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Line(FormattableString)"/>
    public void Line(string line)
    {
        Console.WriteLine(line);
        _text.WriteLine(line);
    }

    /// <summary>Keeps what was printed, under a heading and with the machine.</summary>
    public void Keep(string heading)
    {
        Console.WriteLine(Machine.Describe());
        if (Environment.GetEnvironmentVariable(ResultsVariable) is not { } root) return;
        string folder = FolderOfToday(root);
        Directory.CreateDirectory(folder);
        string machine =
            string.Join("\n", Machine.Describe().Trim().Split('\n').Select(line => "    " + line.TrimEnd()));
        File.WriteAllText(Path.Combine(folder, name + ".md"), $"# {heading}\n\n{machine}\n\n{_text}");
    }
}
