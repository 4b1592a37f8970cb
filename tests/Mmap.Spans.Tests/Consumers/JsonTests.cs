using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Consumers;

/// <summary>JSON over several windows.</summary>
public class JsonTests : LeakCheckedTest
{
    private static readonly Reading[] s_readings =
        [.. Enumerable.Range(0, 2_000).Select(i => new Reading(i, $"name {i} {new string('x', i % 300)}", i * 1.5))];

    [Fact]
    public void AUtf8JsonReaderReadsAnArrayAcrossWindows()
    {
        MappedFile file = OpenReadings();
        PipeReader reader = file.CreatePipeReader();
        var state = new JsonReaderState();
        var ids = new List<int>();
        bool expectsId = false;
        while (true)
        {
            ReadResult result = reader.ReadNow();
            var json = new Utf8JsonReader(result.Buffer, result.IsCompleted, state);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName) expectsId = json.ValueTextEquals("Id");
                else if (expectsId && json.TokenType == JsonTokenType.Number) ids.Add(json.GetInt32());
            }

            state = json.CurrentState;
            reader.AdvanceTo(json.Position, result.Buffer.End);
            if (result.IsCompleted) break;
        }

        reader.Complete();
        Assert.Equal(s_readings.Select(reading => reading.Id), ids);
    }

    [Fact]
    public async Task AnArrayIsDeserializedFromTheStreamOneByOne()
    {
        var read = new List<Reading?>();
        await using (Stream stream = OpenReadings().OpenStream())
        {
            await foreach (
                Reading? reading in JsonSerializer.DeserializeAsyncEnumerable<Reading>(stream,
                    cancellationToken: TestContext.Current.CancellationToken))
                read.Add(reading);
        }

        Assert.Equal(s_readings, read);
    }

    [Fact]
    public async Task AnArrayIsDeserializedFromTheReader()
    {
        PipeReader reader = OpenReadings().CreatePipeReader();
        Assert.Equal(
            s_readings, await JsonSerializer.DeserializeAsync<Reading[]>(reader,
                cancellationToken: TestContext.Current.CancellationToken));
        await reader.CompleteAsync();
    }

    [Fact]
    public void ADocumentIsParsedFromALeasedSequence()
    {
        MappedFile file = OpenReadings();
        using SequenceLease lease = file.LeaseSequence(0, file.Length);
        using JsonDocument document = JsonDocument.Parse(lease.Sequence);
        Assert.Equal(s_readings.Select(reading => reading.Name), document.RootElement.EnumerateArray()
            .Select(reading => reading.GetProperty("Name").GetString()));
    }

    private MappedFile OpenReadings()
    {
        MappedFile file = OpenBytes(JsonSerializer.SerializeToUtf8Bytes(s_readings));
        Assert.InRange(file.Length, 5 * Granule, long.MaxValue);
        return file;
    }

    private sealed record Reading(int Id, string Name, double Value);
}
