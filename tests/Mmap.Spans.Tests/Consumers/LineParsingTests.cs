using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Consumers;

/// <summary>Lines by every usual way, against <see cref="File.ReadAllLines(string)"/>.</summary>
public class LineParsingTests : LeakCheckedTest
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(256, 100)]
    [InlineData(256, 255)]
    [InlineData(4096, 3000)]
    [InlineData(256, 20_000)]
    public void ASequenceReaderFindsEveryLine(int overlap, int longest)
    {
        MappedFile file = OpenBytes(TextOf(longest), overlap);
        var lines = new List<string>();
        int splits = 0;
        PipeReader reader = file.CreatePipeReader();
        while (true)
        {
            ReadResult result = reader.ReadNow();
            var lineReader = new SequenceReader<byte>(result.Buffer);
            while (lineReader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                if (!line.IsSingleSegment) splits++;
                lines.Add(Encoding.UTF8.GetString(line));
            }

            if (result.IsCompleted)
            {
                if (!lineReader.End) lines.Add(Encoding.UTF8.GetString(lineReader.UnreadSequence));
                break;
            }

            reader.AdvanceTo(lineReader.Position, result.Buffer.End);
        }

        reader.Complete();
        Assert.Equal(File.ReadAllLines(file.Path!), lines);
        // A line and its end fit into the overlap.
        if (longest < overlap) Assert.Equal(0, splits);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(256, 20_000)]
    public void AStreamReaderFindsEveryLine(int overlap, int longest)
    {
        MappedFile file = OpenBytes(TextOf(longest), overlap);
        var lines = new List<string>();
        using (var reader = new StreamReader(file.OpenStream()))
        {
            while (reader.ReadLine() is { } line) lines.Add(line);
        }

        Assert.Equal(File.ReadAllLines(file.Path!), lines);
    }

    [Fact]
    public async Task AStreamReaderOverThePipeFindsEveryLine()
    {
        MappedFile file = OpenBytes(TextOf(500));
        var lines = new List<string>();
        using (var reader = new StreamReader(file.CreatePipeReader().AsStream()))
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) lines.Add(line);
        }

        Assert.Equal(await File.ReadAllLinesAsync(file.Path!, TestContext.Current.CancellationToken), lines);
    }

    [Fact]
    public void ALeasedSequenceIsParsedAsOnePiece()
    {
        MappedFile file = OpenBytes(TextOf(700));
        using SequenceLease lease = file.LeaseSequence(0, file.Length);
        var reader = new SequenceReader<byte>(lease.Sequence);
        var lines = new List<string>();
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n')) lines.Add(Encoding.UTF8.GetString(line));
        Assert.Equal(file.Length, lease.GetOffset(reader.Position) + reader.Remaining);
        if (!reader.End) lines.Add(Encoding.UTF8.GetString(reader.UnreadSequence));
        Assert.Equal(File.ReadAllLines(file.Path!), lines);
    }

    /// <summary>Lines of any length up to a longest, characters of several bytes among them, the last without an
    /// end.</summary>
    private static byte[] TextOf(int longest)
    {
        var random = new Random(longest);
        var text = new StringBuilder();
        for (int line = 0; text.Length < 12 * Granule || line < 8; line++)
        {
            int length = line % 10 == 0 ? longest - 30 : random.Next(longest / 2);
            text.Append(null, $"{line} Zeile ");
            for (int i = 20; i < length; i++) text.Append((char)('a' + random.Next(26)));
            text.Append("äß\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("the end").ToString());
    }
}
