using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mmap.Spans;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>The README's samples, compiled and run. A sample there is the body of a method named Sample… here, in
/// order.</summary>
public partial class ReadmeTests
{
    public ReadmeTests() => Console.Lines.Clear();

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
    public void TheReadmeIsShort() => Assert.InRange(Resource("README.md").Count(c => c == '\n'), 20, 230);

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

    [Theory]
    [InlineData("the end\n", 3_000_000)]
    [InlineData("the end", 3_000_000)]
    [InlineData(null, 3_000_001)]
    public async Task TheSampleOfTheReaderSaysHowLongTheLongestLineIsWithOrWithoutALastNewline(
        string? end, int longest)
    {
        string path = SampleFile.NewPath();
        try
        {
            File.WriteAllText(path,
                string.Concat(Enumerable.Repeat("a line\n", 100_000)) + new string('x', 3_000_000) + "\n"
                + (end ?? new string('y', longest)));
            await SamplePipeReader(path);
            Assert.Equal([$"the longest line has {longest} bytes"], Console.Lines);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void TheSampleOfTheDumpPrintsWhatIsShownBelowIt()
    {
        string path = SampleFile.NewPath();
        try
        {
            File.WriteAllText(path, string.Concat(Enumerable.Repeat("a line\n", 100_000)));
            SampleDump(path);
            string[] printed = [.. Console.Lines.SelectMany(text => text.Split('\n')).Select(Shape)];

            // Numbers and columns differ, frames are those of the caller, and dots stand for omitted text.
            string shown = Shown()
                .Match(Resource("README.md")).Groups[1].Value.Replace("/logs/today.log", path,
                    StringComparison.Ordinal);
            string[] lines = [.. shown.Split('\n').Where(IsShown)];
            Assert.NotEmpty(lines);
            Assert.All(lines, line => Assert.Contains(Shape(line), printed));
        }
        finally
        {
            File.Delete(path);
        }

        static bool IsShown(string line) =>
            line.Trim() is not ("" or "…") && !line.StartsWith("   at ", StringComparison.Ordinal);
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

    private static async Task SamplePipeReader(string path)
    {
        using MappedFile file = MappedFile.Open(path);     // through MapManager.Shared
        PipeReader reader = file.CreatePipeReader();
        long longest = 0;
        try
        {
            for (ReadResult result = default; !result.IsCompleted;)
            {
                result = await reader.ReadAsync();
                ReadOnlySequence<byte> rest = result.Buffer;
                for (; rest.PositionOf((byte)'\n') is { } end; rest = rest.Slice(rest.GetPosition(1, end)))
                    longest = Math.Max(longest, rest.Slice(0, end).Length);
                if (result.IsCompleted) longest = Math.Max(longest, rest.Length);     // a last line without a newline
                reader.AdvanceTo(rest.Start, rest.End);     // ends the buffer: what was shown before may be unmapped
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }     // releases the windows and the file

        Console.WriteLine($"the longest line has {longest} bytes");
    }

    private static void SampleDump(string path)
    {
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
        using MappedFile file = manager.Open(path);
        using MemoryLease lease = file.LeaseMemory(0, 1000);
        Console.WriteLine($"{manager.Dump()}");
    }

    private static string Shape(string line) => Words(Numbers().Replace(line, "#"));

    [GeneratedRegex(@"[\d,.]*\d")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"^```text\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(
        @"^    private static (?:void|async Task) Sample\w+\([^\n]*\)\n    \{\n(.*?)^    \}$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Methods();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Directives();

    private static string Words(string code) =>
        string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Takes the place of the console, so that the output of the samples can be compared.</summary>
    private static class Console
    {
        public static List<string> Lines { get; } = [];

        public static void WriteLine(FormattableString line) => Lines.Add(line.ToString(CultureInfo.InvariantCulture));
    }
}
