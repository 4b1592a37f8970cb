using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>Positional reads.</summary>
public class FileReadsTests
{
    [Fact]
    public void AReadThatTheSystemCannotDoNamesTheFileTheRangeAndTheReason()
    {
        // Its first page is never there, and the answer is that of a broken disk.
        const string Memory = "/proc/self/mem";
        const int InputOutputErrno = 5;
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Memory), "There is no such file here.");
        using var file = new OneHandle(Memory);
        IOException e = Assert.Throws<IOException>(() => FileReads.Read(file, 10, new byte[20]));
        Assert.StartsWith($"Bytes [10, 30) of '{Memory}' cannot be read: ", e.Message);
        Assert.EndsWith(".", e.Message);
        Assert.Equal(InputOutputErrno, e.HResult);
    }

    [Fact]
    public void AReadThatComesInPiecesIsReadToItsEnd()
    {
        // The kernel gives at most a page of it at a time.
        const string Symbols = "/proc/kallsyms";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Symbols), "There is no such file here.");
        using var file = new OneHandle(Symbols);
        byte[] bytes = new byte[100_000];
        Assert.Equal(bytes.Length, FileReads.Read(file, 0, bytes));
        Assert.DoesNotContain((byte)0, bytes);
    }
}
