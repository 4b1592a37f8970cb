using System.Globalization;
using System.IO.Pipelines;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Messages of exceptions are true, and alike everywhere.</summary>
public class MessageTests
{
    private const int Window = 64 << 10;

    private static readonly MapManagerOptions s_fail =
        new() { WindowSize = Window, Overlap = 0, MaxMappedBytes = 2 * Window, OverBudget = OverBudget.Fail };

    [Fact]
    public void ALeaseThatIsLongerThanTheBudgetIsToldSoAndNoLeaseIsBlamed()
    {
        using SampleFile sample = SampleFile.OfLength(10 * Window);
        using var manager = new MapManager(s_fail);
        using MappedFile file = manager.Open(sample.Path);
        string message = Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(0, 5 * Window)).Message;
        const string Advice = "Raise MaxMappedBytes, or lease less at once.";
        Assert.EndsWith($"more than the limit of {2 * Window} mapped bytes. {Advice}", message);
        Assert.DoesNotContain("WindowSize", message);
        Assert.DoesNotContain("live leases", message);
    }

    [Fact]
    public void ACopiedWindowThatIsLargerThanTheBudgetNamesTheLimitAndTheWindowSize()
    {
        using SampleFile sample = SampleFile.OfLength(10 * Window);
        using var manager = new MapManager(s_fail with { MaxCopiedBytes = Window - 1 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        using Stream passing = file.OpenStream();
        foreach (Action load in (Action[])[() => file.LeaseMemory(0, 10).Dispose(), () => passing.ReadByte()])
        {
            string message = Assert.Throws<MapBudgetExceededException>(load).Message;
            Assert.StartsWith("There is no room under MaxCopiedBytes for bytes [0, 65536) of '", message);
            Assert.EndsWith("copied bytes. Raise MaxCopiedBytes, or choose a smaller WindowSize.", message);
        }
    }

    [Theory]
    [InlineData(OverBudget.Fail, 2, 16_384, "MaxMappedBytes", "131072 mapped bytes")]
    [InlineData(OverBudget.Exceed, 2, 2, "MaxRegions", "2 regions")]
    public void ASequenceThatAloneNeedsMoreThanTheBudgetIsToldSoAndNoLeaseIsBlamed(
        OverBudget overBudget, int windows, int regions, string limit, string max)
    {
        using SampleFile sample = SampleFile.OfLength(10 * Window);
        using var manager = new MapManager(s_fail with { OverBudget = overBudget, MaxRegions = regions });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        MapBudgetExceededException e =
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSequence(5, windows * Window));
        Assert.Equal(
            $"There is no room under {limit} for a sequence of bytes [5, 131077) of '{file.Path}': its windows alone "
            + $"need more than {max}. A cursor or a pipe reader holds one window at a time. Or raise {limit}.",
            e.Message);
        Assert.Equal((file.Path, new FileRange(5, windows * Window)), (e.FileName, e.Range));

        // One that fits alone is refused because of what others hold.
        using MemoryLease other = file.LeaseMemory(5 * Window, 8);
        string message =
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSequence(0, windows * Window)).Message;
        Assert.Contains($"under {limit} for bytes [65536, 131072)", message);
        Assert.Contains("live leases hold", message);
    }

    [Fact]
    public void AReaderThatConsumesNothingIsToldThatItsOwnBytesFillTheBudget()
    {
        using SampleFile sample = SampleFile.OfLength(10 * Window);
        using var manager = new MapManager(s_fail);
        using MappedFile file = manager.Open(sample.Path);
        PipeReader reader = file.CreatePipeReader();
        for (int turn = 0; turn < 2; turn++)
        {
            Assert.True(reader.TryRead(out ReadResult result));
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        string message = Assert.Throws<MapBudgetExceededException>(() => reader.TryRead(out _)).Message;
        Assert.Contains("for the unconsumed bytes [0, 131073) of a pipe reader over", message);
        Assert.Contains("Advance it past bytes that are no longer needed. Or raise MaxMappedBytes.", message);
        reader.Complete();
    }

    [Fact]
    public void TheActualValueIsThatOfTheNamedParameter()
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        var values = new (string Name, string Value, Action Call)[]
        {
            ("offset", "995", () => file.Read<long>(995)),
            ("offset", "995", () => file.CreateReader().Read<long>(995)),
            ("offset", "1001", () => file.LeaseMemory(1001, 5).Dispose()),
            ("length", "7", () => file.LeaseMemory(995, 7).Dispose()),
            ("length", "-7", () => file.Prefetch(5, -7)),
            ("maxLength", "-7", () => file.LeaseSpanUpTo(5, -7).Dispose()),
        };
        Assert.All(values, one =>
        {
            ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(one.Call);
            Assert.Equal((one.Name, one.Value), (e.ParamName, e.ActualValue));
        });
    }

    [Fact]
    public void SpanLeasesThatHoldTheBudgetAreNamedAsWhatHoldsIt()
    {
        using SampleFile sample = SampleFile.OfLength(10 * Window);
        using var manager = new MapManager(s_fail);
        using MappedFile file = manager.Open(sample.Path);
        using SpanLease first = file.LeaseSpan(0, 10), second = file.LeaseSpan(Window, 10);
        string message = Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(5 * Window, 10)).Message;
        Assert.Contains("By span leases: 2 leases on 2 regions; end them with 'using'", message);
        Assert.DoesNotContain("heap leases", message);
    }

    [Fact]
    public void NegativeNumbersLookTheSameInEveryCulture()
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        using MappedBuffer buffer = file.CreateBuffer();
        using Stream stream = file.OpenStream();
        CultureInfo before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NegativeSign = "\u061C\u2212";
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Contains("The offset -7 is negative",
                Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(-7, -5)).Message);
            Assert.All(Wrong(file, cursor, buffer, stream), wrong =>
            {
                string message = Record.Exception(wrong)!.Message;
                Assert.Contains("-7", message);
                Assert.DoesNotContain('\u2212', message);
            });
            Assert.Equal("[-5, -8)", new FileRange(-5, -3).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ARefusalEndsWithAFullStopBeforeTheAdvice()
    {
        Assert.Contains("Invalid argument. Open it", Refusal("Invalid argument"));
        Assert.Contains("It is denied. Open it", Refusal("It is denied."));

        static string Refusal(string message)
        {
            var cause = new IOException(message);
            string sentence = SystemLimits.SentenceOf(cause);
            return new MappingRefusedException("f", new FileRange(0, 1), sentence, cause).Message;
        }
    }

    /// <summary>Every call that takes a number below 0; its exception names the parameter.</summary>
    private static Func<object?>[] Wrong(MappedFile file, WindowCursor cursor, MappedBuffer buffer, Stream stream) =>
    [
        () => file.LeaseMemory(-7, 1),
        () => file.LeaseMemory(1, -7),
        () => file.LeaseSequence(-7, 1),
        () => Length(file.LeaseSpan(-7, 1)),
        () => Length(file.LeaseSpanUpTo(1, -7)),
        () => Length(file.CreateReader().LeaseSpan(-7, 1)),
        () => file.Read(-7, new byte[1]),
        () => file.Read<int>(-7),
        () => file.CopyTo(-7, new byte[1]),
        () => file.LoadAsync(-7, 1),
        () => file.OpenStream(-7),
        () => file.OpenStream(0, -7),
        () => stream.Seek(-7, SeekOrigin.Begin),
        () => cursor.MoveTo(-7),
        () => cursor.GetSpan(-7, 1).Length,
        () => file.CreateBuffer(-7),
        () => buffer[-7],
        () => buffer.Slice(-7, 1),
        () => buffer.ToArray(0, -7),
        () => file.CreatePipeReader(new MappedPipeReaderOptions { Offset = -7 }),
        () => file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = -7 }),
        () => file.Manager.Open(file.Path!, new MappedFileOptions { Backing = (Backing)(-7) }),
        () => file.Manager.Open(file.Path!, new MappedFileOptions { Access = (AccessPattern)(-7) }),
        () => new MapManager(new MapManagerOptions { WindowSize = -7 }),
        () => new MapManager(new MapManagerOptions { Overlap = -7 }),
        () => new MapManager(new MapManagerOptions { MaxMappedBytes = -7 }),
        () => new MapManager(new MapManagerOptions { MaxCopiedBytes = -7 }),
        () => new MapManager(new MapManagerOptions { MaxRegions = -7 }),
        () => new MapManager(new MapManagerOptions { MaxOpenHandles = -7 }),
        () => new MapManager(new MapManagerOptions { OverBudget = (OverBudget)(-7) }),
    ];

    private static int Length(SpanLease lease)
    {
        using (lease) return lease.Length;
    }
}
