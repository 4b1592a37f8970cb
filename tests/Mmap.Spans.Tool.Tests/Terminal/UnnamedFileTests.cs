using Mmap.Spans.Tool.Terminal;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Terminal;

public class UnnamedFileTests
{
    [Fact]
    public void NobodyElseMayReadIt()
    {
        using FileStream file = UnnamedFile.Create();
        if (OperatingSystem.IsWindows()) Assert.Skip("There are no such modes there.");
        else Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.SafeFileHandle));
    }

    [Fact]
    public void ItHasNoName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It has one there, until it is closed.");
        using FileStream file = UnnamedFile.Create();
        Assert.False(File.Exists(file.Name));
    }
}
