namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>The canaries' verdict on the cores that a row was measured on.</summary>
internal enum Core
{
    /// <summary>
    /// Nothing: with more threads than processors, and where a call takes seconds, they mean nothing.
    /// </summary>
    Unknown,

    /// <summary>Only rounds without another program on the core are counted.</summary>
    Quiet,

    /// <summary>Too few rounds had a core for themselves, so all are counted.</summary>
    Busy,
}
