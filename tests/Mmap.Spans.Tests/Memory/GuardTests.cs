using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>Guard mode: a use after the lease's end fails at once, every time. The failing itself is in child
/// processes.</summary>
public sealed class GuardTests : LeakCheckedTest
{
    protected override bool Guarded => true;

    public static MatrixTheoryData<string, string> Uses =>
        new(["map", "copy", "small"], ["span", "copied-lease", "memory", "cursor", "reader", "handle"]);

    [Theory]
    [MemberData(nameof(Uses))]
    public void ASpanUsedAfterItsLeaseEndsTheProcess(string backing, string use)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The child's end is told by the shell's exit codes.");
        using var folder = new TemporaryFolder();
        using ChildProcess child = ChildProcess.Start("", "use-after", folder["file"], backing, use, "guard");
        (int code, string output, string error) = child.End();
        Assert.Contains("using=1", output);
        // By SIGABRT after an AccessViolation in managed code, by SIGSEGV in native code.
        Assert.True(code is 134 or 139, $"Exit code {code}: {output}{error}");
        Assert.DoesNotContain("could be read", error);
    }

    /// <summary>The other half of the test above: without guard the same mistake goes unseen.</summary>
    [Theory]
    [InlineData("span")]
    [InlineData("memory")]
    public void WithoutGuardTheSameMistakeMayGoUnseen(string use)
    {
        using var folder = new TemporaryFolder();
        using ChildProcess child = ChildProcess.Start("", "use-after", folder["file"], "map", use, "plain");
        (int code, _, string error) = child.End();
        Assert.Equal(1, code);
        Assert.Contains("could be read", error);
    }

    [Fact]
    public void AnEndedSpanLeaseThrows()
    {
        MappedFile file = OpenSample(4 * Granule);
        SpanLease lease = file.LeaseSpan(0, 8);
        lease.Dispose();
        bool thrown = false;
        try
        {
            _ = lease.Span;
        }
        catch (ObjectDisposedException)
        {
            thrown = true;
        }

        Assert.True(thrown);
    }

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Copy)]
    [InlineData(Backing.Auto)]
    public void ALeaseHasMemoryOfItsOwnThatIsUnmappedAtOnceAndStaysUnreadable(Backing backing)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are read in /proc.");
        MappedFile file =
            OpenSample(ManagerOf(256), backing == Backing.Auto ? 3 * Granule / 2 : 40 * Granule, out SampleFile sample,
                new MappedFileOptions { Backing = backing });
        SpanLease first = file.LeaseSpan(100, 50), second = file.LeaseSpan(100, 50);
        nint one = AddressOf(first.Span), other = AddressOf(second.Span);
        Assert.NotEqual(one, other);
        Assert.StartsWith("r", PermissionsAt(one));
        Assert.Equal(2, file.Manager.GetStatistics().Regions);

        first.Dispose();
        Assert.Equal("---p", PermissionsAt(one));
        Assert.StartsWith("r", PermissionsAt(other));
        Assert.Equal(1, file.Manager.GetStatistics().Regions);
        SampleFile.AssertBytes(second.Span, 100);

        second.Dispose();
        Assert.Equal("---p", PermissionsAt(other));
        // Really unmapped: neither the budget nor the system counts the file's bytes.
        Assert.Equal(0, file.Manager.GetStatistics().MappedBytes);
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
    }

    [Fact]
    public void OnlyTheLatestAddressesAreKept()
    {
        MappedFile file = OpenSample(40 * Granule);
        for (int i = 0; i < QuarantinedRanges.MaxRanges + 500; i++) file.LeaseSpan(i % 39 * Granule, 8).Dispose();
        Assert.InRange(QuarantinedRanges.Count, 1, QuarantinedRanges.MaxRanges);
    }

    /// <summary>Twenty gibibytes in all are more than are kept; released quarantine counts no more.</summary>
    [Fact]
    public void AsManyAddressesAreKeptAfterVeryManyHavePassed()
    {
        Assert.SkipUnless(Environment.Is64BitProcess
            && OperatingSystem.IsLinux(), "So many addresses are only there in 64 bits.");
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "keep-guarded-addresses", folder["file"]);
        Assert.Equal(QuarantinedRanges.MaxBytes >> 30, numbers["long"]);
        Assert.Equal(numbers["long"] - 1 + 100, numbers["all"]);
    }

    /// <summary>
    /// Windows of 17 MiB, a thousand of them, in 4 GiB of address space: the quarantine is released in time.
    /// </summary>
    [Fact]
    public void KeptAddressesMakeNoLoadFail()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers =
            ChildProcess.Run("ulimit -v 4194304", "guard-in-little-space", folder["file"], "1000");
        Assert.Equal(1000, numbers["windows"]);
    }

    [Fact]
    public void ALeaseIsChargedForItsOwnRangeAlone()
    {
        MappedFile file =
            OpenSample(ManagerOf(
                new MapManagerOptions
                {
                    WindowSize = Granule,
                    MaxMappedBytes = 64 * Granule,
                    OverBudget = OverBudget.Fail
                }), 40 * Granule, out _);
        List<MemoryLease> leases = [];
        for (int i = 0; i < 60; i++) leases.Add(file.LeaseMemory(i % 40 * Granule, 100));
        MapStatistics now = file.Manager.GetStatistics();
        Assert.Equal(60 * 100, now.MappedBytes + now.CopiedBytes);
        foreach (MemoryLease lease in leases) lease.Dispose();
        using SpanLease span = file.LeaseSpan(Granule, 100), upTo = file.LeaseSpanUpTo(2 * Granule, 50);
        now = file.Manager.GetStatistics();
        Assert.Equal(100 + 50, now.MappedBytes + now.CopiedBytes);
    }

    /// <summary>The first column but one of the line of /proc/self/maps that an address falls into.</summary>
    private static string PermissionsAt(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', 3);
            long[] bounds = [.. parts[0].Split('-').Select(bound => Convert.ToInt64(bound, fromBase: 16))];
            if (address >= bounds[0] && address < bounds[1]) return parts[1];
        }

        return "unmapped";
    }

    // SAFETY: the bytes stay in place; the address is only compared.
    private static unsafe nint AddressOf(ReadOnlySpan<byte> span) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
