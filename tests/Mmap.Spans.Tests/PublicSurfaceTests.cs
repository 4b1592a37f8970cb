using System.Reflection;
using System.Text;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>Each change of the public surface is approved in <c>eng/api/Mmap.Spans.txt</c>.</summary>
/// <remarks>To approve the present surface, run this class with <c>MMAP_SPANS_API</c> set to the full path of that
/// file.</remarks>
public sealed class PublicSurfaceTests
{
    private const string Approve = "MMAP_SPANS_API";

    [Fact]
    public void ThePublicSurfaceIsTheApprovedOne()
    {
        string now = PublicSurface.Of(typeof(MapManager).Assembly);
        if (Environment.GetEnvironmentVariable(Approve) is { Length: > 0 } path)
        {
            File.WriteAllText(path, now);
            return;
        }

        string changes = Changes(Approved(), now);
        Assert.True(changes.Length == 0, $"""
            The public surface is not the approved one of eng/api/Mmap.Spans.txt:

            {changes}
            If this is meant, approve it, read the difference once more, and tell of it in CHANGELOG.md:
            {Approve}=$PWD/eng/api/Mmap.Spans.txt dotnet run -c Release --project tests/Mmap.Spans.Tests -- \
                -class "*PublicSurfaceTests"
            """);
    }

    [Fact]
    public void TheSurfaceShowsWhatIsReadOnlyAndWhatARecordIsGiven()
    {
        string approved = Approved();
        Assert.Contains("public readonly System.ReadOnlySpan<byte> Span { get; }", approved);
        Assert.Contains("public readonly void ThrowIfUnreadable() { }", approved);
        Assert.Contains("        public void Dispose() { }", approved);
        Assert.Contains("// record: Deconstruct(out String, out Int32)", approved);
        Assert.Contains("// record: op_Equality(FileRange, FileRange)", approved);
    }

    [Fact]
    public void OnlyInputsAndValuesAreRecords()
    {
        IEnumerable<string> records = typeof(MapManager).Assembly.GetExportedTypes()
            .Where(type => type.GetMethod("op_Equality") is not null)
            .Select(type => type.Name);
        Assert.Equal(
            ["FileRange", "HeldFile", "MapManagerOptions", "MappedFileOptions", "MappedPipeReaderOptions"],
            records.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AChangeIsShownWithTheTypeThatItIsIn()
    {
        const string Approved =
            """
            namespace N
            {
                class One
                {
                    int Same;
                    int Old;
                }
                class Two
                {
                    int Same;
                }
            }
            """;
        const string Now =
            """
            namespace N
            {
                class One
                {
                    int Same;
                }
                class Two
                {
                    int New;
                    int Same;
                }
            }
            """;

        Assert.Equal("- class One: int Old;\n+ class Two: int New;\n", Changes(Approved, Now));
        Assert.Equal("", Changes(Now, Now));
    }

    private static string Changes(string approved, string now)
    {
        string[] before = [.. Members(approved)];
        string[] after = [.. Members(now)];
        IEnumerable<string> gone = before.Except(after).Select(line => $"- {line}\n");
        IEnumerable<string> added = after.Except(before).Select(line => $"+ {line}\n");
        return string.Concat(gone.Concat(added));
    }

    /// <summary>Each line that is a member, behind the line of its type; a type begins four columns in.</summary>
    private static IEnumerable<string> Members(string surface)
    {
        string type = "";
        foreach (string line in surface.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.Trim();
            if (text is "{" or "}") continue;
            if (line.Length - line.TrimStart().Length > 4)
            {
                yield return $"{type}: {text}";
                continue;
            }

            type = text;
            yield return type;
        }
    }

    private static string Approved()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mmap.Spans.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
