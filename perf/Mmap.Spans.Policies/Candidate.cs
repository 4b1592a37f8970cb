using Mmap.Spans.Policies.Traces;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>A column of the tables: a policy by its short name, and its description.</summary>
internal sealed record Candidate(string Name, string Meaning, Func<Policy> Create)
{
    /// <summary>The policies that a table could really ship, and those that the goal is measured against.</summary>
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

    /// <summary>
    /// The shippable policies: all of them see bare touches and keep to the one byte a hit may write.
    /// </summary>
    public static readonly Candidate[] Shippable =
    [
        new("bare", "CLOCK on bare touches", () => new Clock(countsUses: false)),
        Recommended,
        new("batches", "the same, victims chosen in batches, as the library does, and rescued by hits",
            () => new RegionClockPolicy(new RegionClock(), inBatches: true)),
    ];
}
