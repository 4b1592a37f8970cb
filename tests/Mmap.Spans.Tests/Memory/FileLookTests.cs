using Mmap.Spans.Memory;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>The changes of a file between two looks at it.</summary>
public class FileLookTests
{
    [Theory]
    [InlineData(10, 5, 10, 5, FileChange.Unchanged)]
    [InlineData(10, 5, 10, 6, FileChange.Rewritten)]
    [InlineData(10, 6, 10, 5, FileChange.Rewritten)]
    [InlineData(10, 5, 11, 6, FileChange.Grown)]
    [InlineData(10, 5, 9, 6, FileChange.Shrunk)]
    [InlineData(10, 0, 10, 6, FileChange.Unchanged)]
    [InlineData(10, 5, 10, 0, FileChange.Unchanged)]
    public void ATimeThatIsNotKnownIsNoTime(long length, long time, long lengthNow, long timeNow, FileChange change) =>
        Assert.Equal(change, new FileLook(lengthNow, timeNow).Since(new FileLook(length, time)));
}
