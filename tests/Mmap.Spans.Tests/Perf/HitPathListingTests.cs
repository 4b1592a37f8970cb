using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Perf;

/// <summary>
/// The way of a hit as machine code: leasing, reading and disposing call, lock and allocate nothing, and their length
/// is checked.
/// </summary>
/// <remarks>
/// The compiler of an ordinary runtime prints its work when asked by variables. The listing depends on the compiler.
/// The count is checked only for the version it was taken with, on x64; the rest holds for every version on x64. Set
/// <c>MMAP_SPANS_LISTING</c> to a path to keep the listing that was checked.
/// </remarks>
public sealed partial class HitPathListingTests
{
    /// <summary>The calls of a miss, an error, a full set of slots, or the first use of a thread.</summary>
    private static readonly string[] s_coldCalls =
    [
        ":LeaseSpanSlowly(", ":FindInRest(", ":TryRescue(", ":ReleaseSlowly(", ":ThrowEnded(",
        "ThrowHelper:", "THREADSTATIC_BASE", "CORINFO_HELP_RNGCHKFAIL", "CORINFO_HELP_POLL_GC", "CORINFO_HELP_THROW",
            "int3",
    ];

    private const int Loops = 2, MostInstructions = 123, MostReaderInstructions = 121;

    private static readonly Lazy<string> s_text = new(Compile);

    [Fact]
    public void AHitCallsNothing()
    {
        Assert.SkipUnless(Environment.Version.Major >= 10,
            "Older compilers write a returned reference by a call, in case its place is on the heap.");
        foreach (JitListing listing in Listings())
        {
            List<string> calls =
                [.. listing.Hot.Where(instruction => Call().IsMatch(instruction) && !IsExpected(instruction))];
            Assert.True(calls.Count == 0, $"{listing.Title}\ncalls on the way of a hit:\n{string.Join('\n', calls)}");
        }
    }

    [Fact]
    public void AHitAsksForItsThreadsSlotsOnce()
    {
        // If the runtime is a shared library, the system's own resolver finds its thread statics by a call.
        // It is the one call that a hit makes, it is not ours to avoid, and a second one would be.
        Assert.InRange(
            Listing(nameof(HitPathLoop.LeaseReadDispose)).Hot.Count(instruction =>
                ResolverCall().IsMatch(instruction)), 0, 1);
    }

    [Fact]
    public void AReaderAsksForItsThreadsSlotsBeforeTheLoopAndNotInIt()
    {
        Assert.DoesNotContain(Listing(nameof(HitPathLoop.ReaderLeaseReadDispose)).Hot, instruction =>
            ResolverCall().IsMatch(instruction));
    }

    [Fact]
    public void AHitHasNoLockedInstruction()
    {
        foreach (JitListing listing in Listings())
            Assert.DoesNotContain(listing.All, instruction => MonitorScope().IsMatch(instruction));
    }

    [Fact]
    public void AHitAllocatesNothing()
    {
        foreach (JitListing listing in Listings())
            Assert.DoesNotContain(listing.All, instruction =>
                instruction.Contains("CORINFO_HELP_NEW", StringComparison.Ordinal)
                    || instruction.Contains("CORINFO_HELP_BOX", StringComparison.Ordinal));
    }

    [Fact]
    public void AHitStaysAsShortAsItWas()
    {
        Assert.SkipUnless(Environment.Version.Major == 10, "The count was taken with the compiler of .NET 10.");
        AssertShort(nameof(HitPathLoop.LeaseReadDispose), MostInstructions);
        AssertShort(nameof(HitPathLoop.ReaderLeaseReadDispose), MostReaderInstructions);
    }

    private static void AssertShort(string loop, int most)
    {
        int count = Listing(loop).Hot.Count;
        Assert.True(count > 20
            && count <= most, $"{loop} has {count} instructions on the way of a hit; {most} are allowed.");
    }

    private static JitListing Listing(string loop) =>
        Listings().Single(listing => listing.Title.Contains($":{loop}(", StringComparison.Ordinal));

    /// <summary>The loop, and the methods of the library that it still calls.</summary>
    private static List<JitListing> Listings()
    {
        Assert.SkipUnless(
            RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only x64 listings are understood.");
        Assert.SkipWhen(
            OperatingSystem.IsWindows(),
            "For Windows the compiler leaves two calls in the way of a hit, to TryFind and to TryTake; "
            + "the numbers here are of the others.");
        Assert.SkipWhen(
            typeof(MappedFile).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true },
            "The library was built without optimization.");

        List<JitListing> listings = JitListing.Parse(s_text.Value, s_coldCalls);
        // A method that was taken into a loop is listed on its own as well, but is not on the way any more.
        List<JitListing> onTheWay =
            listings.FindAll(listing => listing.Title.Contains(nameof(HitPathLoop), StringComparison.Ordinal));
        Assert.Equal(Loops, onTheWay.Count);
        if (Environment.GetEnvironmentVariable("MMAP_SPANS_LISTING") is { } path)
            File.WriteAllText(path, string.Join('\n', onTheWay.Select(listing => listing.Text)));
        return onTheWay;
    }

    /// <summary>
    /// Calls that stay inside: the loop's own finally block and the resolver's. Not LeaseSpan itself: without a
    /// profile, as here, the compiler must take it in all the same.
    /// </summary>
    private static bool IsExpected(string instruction) =>
        instruction.Contains(" G_M", StringComparison.Ordinal)
        || ResolverCall().IsMatch(instruction);

    /// <summary>Runs the loops until the last tier has listed both: longer each time, at most twenty seconds.</summary>
    private static string Compile()
    {
        for (int milliseconds = 1_200; ; milliseconds *= 4)
        {
            string text = Compile(milliseconds);
            if (milliseconds > 10_000 || JitListing.Parse(text, s_coldCalls).Count >= Loops) return text;
        }
    }

    private static string Compile(int milliseconds)
    {
        string output = SampleFile.NewPath();
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(HitPathLoop).Assembly.Location);
        start.Environment[HitPathLoop.Variable] = milliseconds.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_JitStdOutFile"] = output;
        start.Environment["DOTNET_JitDisasm"] = "LeaseReadDispose ReaderLeaseReadDispose";
        start.Environment["DOTNET_JitDisasmDiffable"] = "1";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        // Without the profile, so that the code is the same at every run.
        start.Environment["DOTNET_TieredPGO"] = "0";
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return File.ReadAllText(output);
        }
        finally
        {
            File.Delete(output);
        }
    }

    [GeneratedRegex(@"^(call|tail\.jmp)\b")]
    private static partial Regex Call();

    [GeneratedRegex(@"^call +r\w+$")]
    private static partial Regex ResolverCall();

    [GeneratedRegex(@"^(lock\b|xchg\b|mfence\b)")]
    private static partial Regex MonitorScope();
}
