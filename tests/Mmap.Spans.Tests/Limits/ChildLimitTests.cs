using System.Globalization;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Limits reached in a process of its own: handles, address space, mappings.</summary>
public class ChildLimitTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public void FiveThousandFilesWithLiveLeasesAreOpenWithTwoHundredAndFiftySixHandles()
    {
        using var folder = new TemporaryFolder();
        // The runtime raises the soft limit to the hard one; without -S or -H both are set.
        Dictionary<string, long> numbers = ChildProcess.Run("ulimit -n 256", "open-many", folder.Path, "5000");
        Assert.InRange(numbers["handles"], 1, 64);
        Assert.InRange(numbers["descriptors"], 1, 256);
    }

    [Fact]
    public void WhereOthersHaveTakenEveryHandleOurOwnAreClosedForOneAnotherAndThenTheErrorNamesTheLimit()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("ulimit -n 128", "open-without-handles", folder.Path);
        Assert.InRange(numbers["taken"], 10, 127);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void ManyFilesOfOnePageAreReadAndCostLittle(int files)
    {
        using var folder = new TemporaryFolder();
        // Of a thousand every one keeps its handle, of twenty thousand few do.
        Dictionary<string, long> numbers = ChildProcess.Run("", "small-files", folder.Path, Text(files));
        TestContext.Current.SendDiagnosticMessage(
            $"{numbers["bytes-per-file"]} managed bytes a file, {numbers["bytes-per-region"]} a region.");
        // Of these 8 are for the tracker, which may see each file.
        Assert.InRange(numbers["bytes-per-file"], 1, 568);
        Assert.InRange(numbers["bytes-per-region"], 1, 400);
    }

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Auto)]
    public void TenThousandFilesOpenedLeasedAndClosedOneByOneLeaveNothingBehind(Backing backing)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles and mappings are counted in /proc.");
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers =
            ChildProcess.Run("", "files-one-by-one", folder.Path, "10000", backing.ToString());
        Assert.Equal(0, numbers["handles-grown"]);
        Assert.Equal(0, numbers["mappings-grown"]);
        // Eight bytes a file would be 72,000; the runtime's own memory is less.
        Assert.InRange(numbers["bytes-grown"], -100_000, 40_000);
    }

    [Fact]
    public void AFileLongerThanTheAddressSpaceIsReadThroughByDroppingWhatIsIdle()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers =
            ChildProcess.Run("ulimit -v 3000000", "walk-in-little-space", folder["file"], Text(16 * Gibibyte));
        Assert.InRange(numbers["retried"], 1, 1000);
    }

    [Fact]
    public void LeasesThatFillTheAddressSpaceEndInAnErrorThatNamesTheLimit()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers =
            ChildProcess.Run("ulimit -v 3000000", "hold-in-little-space", folder["file"], Text(16 * Gibibyte));
        Assert.InRange(numbers["held"], 4, 45);
    }

    [Fact]
    public void AHundredGibibytesAreReadAtRandomInThreeOfAddressSpace()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers =
            ChildProcess.Run("ulimit -v 3000000", "random-in-huge-file", folder["file"], Text(100 * Gibibyte), "5000");
        Assert.InRange(numbers["peak"], 64 << 20, 3 * Gibibyte);
        Assert.NotEqual(0, numbers["retried"]);
    }

    [Fact]
    public void WindowsOfOnePageOverALargeFileStayUnderTheCapOfRegions()
    {
        SkipWithoutMappings();
        using SampleFile file = SampleFile.Sparse(Gibibyte / 4);
        Dictionary<string, long> numbers = ChildProcess.Run("", "one-granule-windows", file.Path);
        Assert.Equal(Gibibyte / 4 / Environment.SystemPageSize, numbers["windows"]);
        Assert.InRange(numbers["mappings"], 1000, 17_000);
    }

    [Fact]
    public void SeveralManagersTogetherNeverReachTheSystemsLimitOfMappings()
    {
        SkipWithoutMappings();
        using SampleFile file = SampleFile.Sparse(Gibibyte / 4);
        Dictionary<string, long> numbers = ChildProcess.Run("", "hold-all-mappings", file.Path, "Map");
        Assert.InRange(numbers["mappings"], 1000, 40_000);
    }

    [Theory]
    [InlineData(Backing.Auto)]
    [InlineData(Backing.TruncationSafe)]
    public void WhereMappingsEndOthersGoOnWithCopies(Backing backing)
    {
        SkipWithoutMappings();
        Assert.SkipWhen(SampleFile.AreInMemory, "Files with holes on a tmpfs are not mapped.");
        using SampleFile file = SampleFile.Sparse(Gibibyte / 4);
        Dictionary<string, long> numbers = ChildProcess.Run("", "hold-all-mappings", file.Path, backing.ToString());
        Assert.InRange(numbers["mappings"], 1000, 40_000);
        Assert.NotEqual(0, numbers["copied"]);
    }

    /// <summary>256 MiB in windows of 4 KiB, through a budget of 64 of them.</summary>
    [Fact]
    public void ThePastOfAFileOfManyWindowsTakesNoMemory()
    {
        Assert.SkipUnless(Environment.SystemPageSize == 4096 && !OperatingSystem.IsWindows(), "Windows of 4 KiB.");
        using SampleFile file = SampleFile.Sparse(65_536L << 12);
        Dictionary<string, long> numbers = ChildProcess.Run("", "leave-windows", file.Path, "64");
        TestContext.Current.SendDiagnosticMessage(
            $"{numbers["bytes-grown"]} managed bytes of {numbers["windows"]} windows that left.");
        Assert.Equal(65_536, numbers["windows"]);
        Assert.InRange(numbers["bytes-grown"], -1 << 20, 64 << 10);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void SkipWithoutMappings() =>
        Assert.SkipUnless(
            OperatingSystem.IsLinux(), "The limit of mappings is Linux's, and they are counted in /proc.");
}
