namespace Mmap.Spans.Policies.Costs;

/// <summary>The leases of one thread on one file, in their order.</summary>
internal sealed record LeaseTrace(string Name, long FileBytes, Lease[] Leases);
