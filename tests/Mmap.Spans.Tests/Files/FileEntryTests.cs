using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Two that look at one file at once.</summary>
public class FileEntryTests
{
    private const int Before = 100_000, After = 200_000;

    /// <summary>One has seen the file as it was and stands still; the other comes when it has grown.</summary>
    [Theory]
    [InlineData("refresh")]
    [InlineData("open")]
    public void OfTwoLooksAtOnceTheOlderNeverComesLast(string first)
    {
        using SampleFile sample = SampleFile.OfLength(Before);
        Seam? seam = null;
        using var manager = new MapManager { WrapBacking = real => seam = new Seam(real) };
        using MappedFile file = manager.Open(sample.Path);
        using var looked = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        int looks = 0;
        seam!.Looked = now =>
        {
            if (Interlocked.Increment(ref looks) > 1) return now;
            looked.Set();
            Assert.True(goOn.Wait(TestThread.Patience));
            return now;
        };

        TestThread older = TestThread.Start(() =>
        {
            if (first == "refresh") file.Refresh();
            else manager.Open(sample.Path).Dispose();
        });
        Assert.True(looked.Wait(TestThread.Patience));
        sample.GrowTo(After);
        TestThread newer = TestThread.Start(() => file.Refresh());
        // It waits for the older one; if it did not, it would be over now.
        newer.WaitUntilAsleep();
        goOn.Set();
        older.Join();
        newer.Join();
        Assert.Equal(After, file.Length);
    }
}
