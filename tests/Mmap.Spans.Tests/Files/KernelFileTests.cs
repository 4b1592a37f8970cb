using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Files;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The files of the kernel among those whose length looks like it.</summary>
public class KernelFileTests
{
    private const string SharedMemory = "/dev/shm";

    /// <summary>The file is written between the read of its length and the read of its bytes.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AFileThatGrowsWhileItIsOpenedIsNoneOfTheKernels(int pages)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists(SharedMemory), "There is no /dev/shm.");
        string path = Path.Combine(SharedMemory, $"mmap-spans-{Guid.NewGuid():N}");
        try
        {
            int length = pages * Environment.SystemPageSize;
            File.WriteAllBytes(path, SampleFile.Bytes(0, length));
            using SafeFileHandle handle = File.OpenHandle(path);
            FileStatus status = FileStatus.Of(handle, path);
            Assert.True(status.Identity.IsVirtualDevice);
            Assert.Null(KernelFile.TryRead(handle, status, path));
            File.WriteAllBytes(path, SampleFile.Bytes(0, length + 5000));
            Assert.Null(KernelFile.TryRead(handle, status, path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
