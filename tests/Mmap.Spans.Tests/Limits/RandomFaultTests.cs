using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Random calls while the system fails at random: every byte is right, and at the end nothing is
/// held.</summary>
public sealed class RandomFaultTests : IDisposable
{
    private const int Length = 100_000;

    private readonly SampleFile[] _samples =
        [SampleFile.OfLength(Length), SampleFile.OfLength(Length / 3), SampleFile.OfLength(4096)];

    public void Dispose()
    {
        foreach (SampleFile sample in _samples) sample.Dispose();
    }

    [Fact]
    public void TenThousandRandomSequencesOfCallsWithRandomFaultsEndWithNothingHeld()
    {
        int first = Environment.TickCount, faults = 0, refused = 0, calls = 0;
        for (int seed = first; seed < first + 10_000; seed++)
        {
            var plan = new FaultPlan(seed);
            try
            {
                refused += Run(seed, plan, ref calls);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                throw new InvalidOperationException($"With seed {seed}.", e);
            }

            faults += plan.Faults;
        }

        Assert.True(faults > 10_000 && refused > 1000
            && calls > 100_000, $"{faults} faults, {refused} refused of {calls} calls.");
    }

    /// <summary>One sequence of calls on a manager of its own.</summary>
    /// <returns>The number of refused calls.</returns>
    private int Run(int seed, FaultPlan plan, ref int calls)
    {
        var random = new Random(seed);
        var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = SystemLimits.AllocationGranularity << random.Next(3),
            Overlap = random.Next(Environment.SystemPageSize),
            MaxMappedBytes = random.Next(2, 10) * 2 * SystemLimits.AllocationGranularity,
            MaxRegions = random.Next(2, 20),
            MaxOpenHandles = random.Next(1, 3),
            OverBudget = random.Next(2) == 0 ? OverBudget.Exceed : OverBudget.Fail,
            TrackLeases = random.Next(20) == 0,
        })
        {
            WrapBacking = plan.Wrap,
        };
        var files = new List<MappedFile>();
        var held = new List<IDisposable>();
        int refused = 0;
        for (int left = random.Next(5, 40); left > 0; left--)
        {
            calls++;
            try
            {
                if (files.Count == 0 || random.Next(10) == 0) files.Add(Open(manager, random));
                else Call(manager, files[random.Next(files.Count)], held, random);
            }
            catch (Exception e) when (e is IOException or ArgumentOutOfRangeException or ObjectDisposedException)
            {
                // A length that lies makes a range that is there look as if it were outside.
                refused++;
            }

            if (random.Next(12) == 0 && files.Count > 0) files[random.Next(files.Count)].Dispose();
        }

        // The order of ends is free.
        held.AddRange(files);
        held.Add(manager);
        foreach (IDisposable one in held.OrderBy(_ => random.Next())) one.Dispose();
        plan.FaultsPerThousand = 0;
        manager.Trim();
        MapStatistics end = manager.GetStatistics();
        Assert.True(
            end is { Regions: 0, MappedBytes: 0, CopiedBytes: 0, OpenFiles: 0, OpenHandles: 0, LiveHeapLeases: 0 }
                && plan.Loaded == 0,
            $"With seed {seed}: {plan.Loaded} loaded, {end}\n{manager.Dump()}");
        return refused;
    }

    private MappedFile Open(MapManager manager, Random random) => manager.Open(
        _samples[random.Next(_samples.Length)].Path,
        new MappedFileOptions
        {
            Backing = (Backing)random.Next(3),
            Verify = random.Next(3) == 0,
            Access = (AccessPattern)random.Next(3)
        });

    private static void Call(MapManager manager, MappedFile file, List<IDisposable> held, Random random)
    {
        long offset = random.NextInt64(file.Length + 1);
        int length = (int)random.NextInt64(Math.Min(file.Length - offset, 30_000) + 1);
        switch (random.Next(18))
        {
            case 0 or 1:
                using (SpanLease lease = file.LeaseSpan(offset, length)) SampleFile.AssertBytes(lease.Span, offset);
                break;
            case 2 or 3:
                MemoryLease memory = file.LeaseMemory(offset, length);
                held.Add(memory);
                SampleFile.AssertBytes(memory.Span, offset);
                break;
            case 4:
                SequenceLease sequence = file.LeaseSequence(offset, length);
                held.Add(sequence);
                SampleFile.AssertBytes(sequence.Sequence.ToArray(), offset);
                break;
            case 5:
                WindowCursor cursor = file.CreateCursor();
                held.Add(cursor);
                for (long at = offset; cursor.MoveTo(at, 10_000) && at < offset + length; at = cursor.End)
                    SampleFile.AssertBytes(cursor.Span, at);
                if (random.Next(2) == 0) held.Add(cursor.Clone());
                break;
            case 6:
                MappedBuffer buffer = file.CreateBuffer(offset, length);
                held.Add(buffer);
                if (length > 0) Assert.Equal(SampleFile.At(offset + length - 1), buffer[length - 1]);
                break;
            case 7:
                byte[] copy = new byte[length];
                int read = file.Read(offset, copy);
                SampleFile.AssertBytes(copy.AsSpan(0, read), offset);
                break;
            case 8 or 9:
                file.Refresh();
                break;
            case 10:
                file.Prefetch(offset, length);
                break;
            case 11:
                file.LoadAsync(offset, length).GetAwaiter().GetResult();
                break;
            case 12:
                manager.Trim();
                break;
            case 13:
                manager.Release(file.Path!);
                break;
            case 14:
                Assert.NotEmpty(manager.Dump());
                break;
            case 15:
                Stream stream = file.OpenStream(offset);
                held.Add(stream);
                byte[] part = new byte[length];
                SampleFile.AssertBytes(part.AsSpan(0, stream.Read(part)), offset);
                break;
            case 16:
                var reading = new OpenReader(file.CreatePipeReader(new MappedPipeReaderOptions { Offset = offset }));
                held.Add(reading);
                reading.ReadOn(offset, length, random);
                break;
            default:
                if (held.Count > 0) held[random.Next(held.Count)].Dispose();
                break;
        }
    }

    private sealed class OpenReader(PipeReader reader) : IDisposable
    {
        /// <summary>Reads some windows, consumes some of each, and leaves the last read as it is.</summary>
        public void ReadOn(long offset, int length, Random random)
        {
            for (long end = offset + length; offset < end && reader.TryRead(out ReadResult result);)
            {
                SampleFile.AssertBytes(result.Buffer.ToArray(), offset);
                if (random.Next(4) == 0) return;
                long consumed = random.NextInt64(result.Buffer.Length + 1);
                offset += consumed;
                reader.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.End);
                // Nothing consumed of a buffer that reaches the end: there is no more to come.
                if (consumed == 0 && result.IsCompleted) return;
            }
        }

        public void Dispose() => reader.Complete();
    }
}
