using System.Globalization;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>On a system that refuses <c>statx</c> the older calls identify the files.</summary>
public class StatusRefusedTests
{
    private const int NotPermitted = 1, NoSuchCall = 38;

    [Theory]
    [InlineData(NotPermitted)]
    [InlineData(NoSuchCall)]
    public void WhereTheCallIsRefusedFilesPipesAndKernelFilesAreToldApart(int errno)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The call is Linux's.");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a"], SampleFile.Bytes(0, 300_000));
        File.WriteAllBytes(folder["b"], new byte[300_000]);
        SpecialFileTests.MakePipe(folder["pipe"]);
        Dictionary<string, long> told =
            ChildProcess.Run("", "status-refused", folder.Path, errno.ToString(CultureInfo.InvariantCulture));
        Assert.InRange(told["status"], 500, 100_000);
    }
}
