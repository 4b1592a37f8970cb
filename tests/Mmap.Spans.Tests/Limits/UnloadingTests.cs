using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Nothing static keeps the library loaded.</summary>
public sealed class UnloadingTests
{
    [Fact]
    public void AContextThatUsedManagersIsUnloaded()
    {
        using SampleFile sample = SampleFile.OfLength(300_000);
        Assert.NotEqual(0, ChildProcess.Run("", "unload", sample.Path)["collections"]);
    }
}
