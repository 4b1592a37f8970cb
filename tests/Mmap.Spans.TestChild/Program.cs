using Mmap.Spans.TestChild;

// Scenarios that run in a process of their own, because they may kill it or need limits of their own. One verb names a
// scenario. Exit code 0: all was as it should be. 1: a line on the error stream says the failure. Numbers go to the
// output as name=value.
var scenarios = new Dictionary<string, Action<string[]>>
{
    ["open-many"] = ManyFiles.OpenMany,
    ["open-without-handles"] = ManyFiles.OpenWithoutHandles,
    ["forget-files"] = Forgetting.Forget,
    ["unload"] = Unloading.Unload,
    ["use-last"] = Forgetting.UseLast,
    ["open-forbidden"] = Forbidden.Open,
    ["small-files"] = ManyFiles.SmallFiles,
    ["files-one-by-one"] = ManyFiles.OneByOne,
    ["walk-in-little-space"] = LittleSpace.Walk,
    ["hold-in-little-space"] = LittleSpace.Hold,
    ["random-in-huge-file"] = LittleSpace.RandomInHugeFile,
    ["one-granule-windows"] = ManyMappings.OneGranuleWindows,
    ["leave-windows"] = ManyMappings.Leave,
    ["hold-all-mappings"] = ManyMappings.HoldAll,
    ["count-mappings"] = CountedMappings.Count,
    ["count-pages"] = CountedMappings.CountPages,
    ["keep-guarded-addresses"] = Guarding.KeepAddresses,
    ["copy-while-truncated"] = Truncation.CopyWhileTruncated,
    ["touch-what-is-gone"] = Truncation.TouchWhatIsGone,
    ["status-refused"] = RefusedStatus.Tell,
    ["rotate"] = Rotating.Write,
    ["serve-files"] = UserFileSystem.Serve,
    ["append"] = Appending.Append,
    ["lease-copies"] = CopiedMemory.Lease,
    ["scan-copies"] = CopiedMemory.Scan,
    ["stream-copies"] = CopiedMemory.Stream,
    ["use-after"] = Guarding.UseAfter,
    ["guard-in-little-space"] = Guarding.InLittleSpace,
    ["guard-touches"] = GuardedTouches.Touch,
    ["guard-touches-together"] = GuardedTouches.TouchTogether,
    ["guard-leases"] = LeasedTouches.Touch,
    ["guard-listeners"] = GuardListeners.Listen,
    ["guard-foreign-fault"] = ForeignFaults.Meet,
    ["guard-churn"] = GuardHandlers.Churn,
    ["guard-look"] = GuardHandlers.LookWhenZeroesShow,
    ["guard-without-memory-files"] = WithoutMemoryFiles.Load,
    ["measure-small-files"] = SmallFileTimes.Measure,
};

if (args.Length == 0 || !scenarios.TryGetValue(args[0], out Action<string[]>? scenario))
{
    Console.Error.WriteLine($"One of: {string.Join(", ", scenarios.Keys)}");
    return 2;
}

try
{
    scenario(args[1..]);
    return 0;
}
catch (Exception e)
{
    Console.Error.WriteLine(e);
    return 1;
}
