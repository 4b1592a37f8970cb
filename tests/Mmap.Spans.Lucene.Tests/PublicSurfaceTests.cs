using System.Reflection;
using System.Text;
using PublicApiGenerator;
using Xunit;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Each change of the public surface is approved in <c>eng/api/Mmap.Spans.Lucene.txt</c>.</summary>
/// <remarks>To approve a change, run it with <c>MMAP_SPANS_API</c> set to the full path of that file.</remarks>
public sealed class PublicSurfaceTests
{
    [Fact]
    public void ThePublicSurfaceIsTheApprovedOne()
    {
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        string now = typeof(MappedDirectory).Assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").Trim() + "\n";
        if (Environment.GetEnvironmentVariable("MMAP_SPANS_API") is { Length: > 0 } path)
        {
            File.WriteAllText(path, now);
            return;
        }

        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mmap.Spans.Lucene.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Assert.Equal(reader.ReadToEnd().ReplaceLineEndings("\n"), now);
    }
}
