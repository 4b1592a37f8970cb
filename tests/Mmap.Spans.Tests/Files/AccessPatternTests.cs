using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>A mapping has the advice of the opener that leases it, also with other openers of the file.</summary>
public class AccessPatternTests
{
    private const int Length = 300_000;
    private const string Random = "rr", Sequential = "sr";

    public static TheoryData<AccessPattern, AccessPattern> Pairs
    {
        get
        {
            var rows = new TheoryData<AccessPattern, AccessPattern>();
            foreach (AccessPattern first in Enum.GetValues<AccessPattern>())
            {
                foreach (AccessPattern second in Enum.GetValues<AccessPattern>()) rows.Add(first, second);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void TheSecondOpenerGetsWhatItAsksForAndTheFirstKeepsIts(AccessPattern first, AccessPattern second)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        using MappedFile a = manager.Open(sample.Path, new MappedFileOptions { Access = first });
        using MappedFile b = manager.Open(sample.Path, new MappedFileOptions { Access = second });
        using (MemoryLease lease = b.LeaseMemory(0, 10)) AssertAdvice(second);
        manager.Trim();
        using (MemoryLease lease = a.LeaseMemory(0, 10)) AssertAdvice(first);
        Assert.Equal(first == second ? 1 : 2, manager.GetStatistics().OpenFiles);

        void AssertAdvice(AccessPattern expected)
        {
            string[] flags = ProcessView.FlagsOfMapping(sample.Path);
            Assert.Equal((expected == AccessPattern.Random, expected == AccessPattern.Sequential),
                (flags.Contains(Random), flags.Contains(Sequential)));
        }
    }
}
