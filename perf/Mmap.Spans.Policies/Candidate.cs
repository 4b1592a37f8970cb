using Mmap.Spans.Policies.Traces;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>A column of the tables: a policy by its short name, and what it is.</summary>
internal sealed record Candidate(string Name, string Meaning, Func<Policy> Create)
{
    /// <summary>What a table could really ship, and what the goal is measured against.</summary>
    public static readonly Candidate[] Yardsticks =
    [
        new("LRU", "exact least recently used", () => new Lru()),
        new("FIFO", "first in, first out", () => new Fifo()),
        new("CLOCK", "one bit, told where uses begin", () => new Clock(countsUses: true)),
        new("SIEVE", "NSDI 2024, told where uses begin", () => new Sieve()),
        new("S3-FIFO", "SOSP 2023, small queue of 10 %, told where uses begin", () => new S3Fifo()),
    ];

    public static readonly Candidate Best = new("OPT", "clairvoyant, for reference", () => new Clairvoyant());

    public static readonly Candidate Recommended =
        new("region", "`RegionClock`, what the library ships", () => new RegionClockPolicy(new RegionClock()));

    /// <summary>What may be shipped: all of them see bare touches and keep to the one byte a hit may write.</summary>
    public static readonly Candidate[] Shippable =
    [
        new("bare", "CLOCK on bare touches", () => new Clock(countsUses: false)),
        new("fresh", "CLOCK with the fresh state, seasoned after 10 %", () => new SeasonedClock(10)),
        new("trial", "trial of 10 % and ring, nothing remembered", () => new ProbationClock(new(10, 5, 0))),
        new("filled", "the same, the ring filled without proof at first",
            () => new ProbationClock(new(10, 5, 0, Fill: true))),
        new("ghost", "trial of 10 %, evictions remembered for the bytes held",
            () => new ProbationClock(new(10, 5, 100))),
        new("ghost25", "the same with a trial of 25 %", () => new ProbationClock(new(25, 12, 100))),
        new("2Q", "a trial of 25 % that only a ghost leads out of", () => new ProbationClock(new(25, 100, 100))),
        Recommended,
        new("batches", "the same, victims chosen in batches, as the library does, and rescued by hits",
            () => new RegionClockPolicy(new RegionClock(), inBatches: true)),
    ];
}
