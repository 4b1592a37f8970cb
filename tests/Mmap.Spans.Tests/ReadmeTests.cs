using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mmap.Spans;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The README's samples, compiled and run. A sample there is the body of a method named Sample… here, in order.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void TheSamplesOfTheReadmeAreTheMethodsHere()
    {
        string source = Resource("ReadmeTests.cs");
        string[] samples = [.. Fences().Matches(Resource("README.md")).Select(match => match.Groups[1].Value)];
        string[] methods = [.. Methods().Matches(source).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(samples);
        Assert.Equal(methods.Select(Words), samples.Select(sample => Words(Directives().Replace(sample, ""))));
        Assert.All(samples.SelectMany(sample => Directives().Matches(sample)), match =>
            Assert.Contains(match.Value.Trim(), source, StringComparison.Ordinal));
    }

    [Fact]
    public void TheReadmeIsShort() => Assert.InRange(Resource("README.md").Count(c => c == '\n'), 20, 200);

    [Fact]
    public void TheFirstSampleSaysHowTheFileEndsAndCountsItsLines()
    {
        string path = SampleFile.NewPath();
        try
        {
            File.WriteAllText(path, string.Concat(Enumerable.Repeat("a line\n", 100_000)));
            SampleFirst(path);
            Assert.Equal(["the file ends with 0A61206C696E650A", "100000 lines"], Console.Lines);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void SampleFirst(string path)
    {
        using var manager = new MapManager(new MapManagerOptions { MaxMappedBytes = 256L << 20 });
        using MappedFile file = manager.Open(path);

        // Anywhere in the file, contiguous, a few nanoseconds when the window is there already.
        using (SpanLease lease = file.LeaseSpan(offset: file.Length - 8, length: 8))
            Console.WriteLine($"the file ends with {Convert.ToHexString(lease.Span)}");

        // From end to end, one window at a time.
        long lines = 0;
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at); at = cursor.End)
            lines += cursor.Span.Count((byte)'\n');
        Console.WriteLine($"{lines} lines");
    }

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"^    private static void Sample\w+\([^\n]*\)\n    \{\n(.*?)^    \}$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Methods();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Directives();

    private static string Words(string code) => string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Stands where the samples write, so that what they print can be compared.</summary>
    private static class Console
    {
        [ThreadStatic]
        private static List<string>? t_lines;

        public static List<string> Lines => t_lines ??= [];

        public static void WriteLine(FormattableString line) => Lines.Add(line.ToString(CultureInfo.InvariantCulture));
    }
}
