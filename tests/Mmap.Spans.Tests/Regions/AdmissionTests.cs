using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Xunit;
using Answer = Mmap.Spans.Regions.Admission.Answer;

namespace Mmap.Spans.Tests.Regions;

public class AdmissionTests
{
    private const int File = 7;
    private const int SmallWindow = 64 << 10;
    private const int LargeWindow = 1 << 20;
    private const long FileLength = 1L << 30;

    /// <summary>
    /// The price is ten copies and two for each 64 KiB; half of it buys one look, and the last copy is that look.
    /// </summary>
    [Theory]
    [InlineData(SmallWindow, 0, 8, 6)]
    [InlineData(LargeWindow, 0, 8, 21)]
    [InlineData(LargeWindow, 4096, 8, 22)]
    [InlineData(16 << 20, 0, 8, 261)]
    [InlineData(LargeWindow, 0, 64 << 10, 14)]
    [InlineData(SmallWindow, 0, 64 << 10, 6)]
    public void AWindowThatHasPaidHalfItsPriceIsLookedAt(int step, int overlap, int length, int misses)
    {
        var admission = new Admission(WindowGrid.Of(step, overlap), 1000);
        Assert.Equal(misses, MissesUntilLook(admission, window: 3, step, length));
        Assert.Equal(misses, MissesUntilLook(admission, window: 3, step, length));
    }

    [Fact]
    public void AShortLastWindowCostsWhatItIsLong()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        long end = 8L * LargeWindow + 100;
        int misses = 1;
        while (admission.Ask(misses, File, end, 8L * LargeWindow, 8) != Answer.MapIfUnused) misses++;
        Assert.Equal(6, misses);
    }

    [Fact]
    public void AWindowThatWasRefusedPaysAnotherEighthBeforeTheNextLook()
    {
        var admission = new Admission(WindowGrid.Of(16 << 20, 0), 1000);
        Assert.Equal(261, MissesUntilLook(admission, window: 3, 16 << 20, 8));
        admission.Refuse(File, FileLength, 3L * (16 << 20));
        // 1,044 quarters are half the price; an eighth is 130 of them, and each copy pays four.
        Assert.Equal(33, MissesUntilLook(admission, window: 3, 16 << 20, 8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void TheThirdMissInARowOfOneThreadNearTheLastMaps(int direction)
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        long at = 5L * LargeWindow + LargeWindow / 2;
        Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, at, 8));
        Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, at + direction * 65_535, 8));
        Assert.Equal(Answer.Map, admission.Ask(1, File, FileLength, at + direction * 2 * 65_535, 8));
    }

    [Fact]
    public void MissesThatAre64KiBApartAreNotNear()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        for (int miss = 0; miss < 10; miss++)
            Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, 5L * LargeWindow + miss * 65_536, 8));
    }

    [Fact]
    public void AMissFarAwayBeginsTheRowAnew()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        long[] offsets = [0, 100, 500L * LargeWindow, 200, 300];
        Assert.All(offsets, offset => Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, offset, 8)));
        Assert.Equal(Answer.Map, admission.Ask(1, File, FileLength, 400, 8));
    }

    [Fact]
    public void RowsAreByThreadAndByFile()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, 0, 8));
        Assert.Equal(Answer.Copy, admission.Ask(2, File, FileLength, 0, 8));
        Assert.Equal(Answer.Copy, admission.Ask(1, File + 1, FileLength, 0, 8));
        Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, 0, 8));
        Assert.Equal(Answer.Copy, admission.Ask(2, File, FileLength, 0, 8));
        Assert.Equal(Answer.Map, admission.Ask(1, File, FileLength, 0, 8));
        Assert.Equal(Answer.Map, admission.Ask(2, File, FileLength, 0, 8));
    }

    [Fact]
    public void AScanThatWasAdmittedGoesOnAtTheBeginningOfEachNextWindow()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        Answer Ask(long offset, int length = 8) => admission.Ask(1, File, FileLength, offset, length);
        for (int miss = 0; miss < 2; miss++) Assert.Equal(Answer.Copy, Ask(2L * LargeWindow + miss * 8));
        Assert.Equal(Answer.Map, Ask(2L * LargeWindow + 16));
        Assert.Equal(Answer.Map, Ask(3L * LargeWindow));
        Assert.Equal(Answer.Map, Ask(4L * LargeWindow + 4095));
        Assert.Equal(Answer.Map, Ask(5L * LargeWindow + 60_000, 60_001));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(-LargeWindow)]
    [InlineData(LargeWindow)]
    public void ElsewhereThanAtTheBeginningOfTheNextWindowAScanDoesNotGoOn(long away)
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        for (int miss = 0; miss < 3; miss++) admission.Ask(1, File, FileLength, 2L * LargeWindow + 500_000 + miss, 8);
        Assert.Equal(Answer.Copy, admission.Ask(1, File, FileLength, 3L * LargeWindow + away, 8));
    }

    [Fact]
    public void TheFirstWindowOfAFileIsNoNextWindow()
    {
        var admission = new Admission(WindowGrid.Of(LargeWindow, 0), 1000);
        Assert.Equal(Answer.Copy, admission.Ask(1, 0, FileLength, 0, 8));
        Assert.Equal(Answer.Copy, admission.Ask(0, 0, FileLength, 0, 8));
    }

    /// <summary>With one region and windows that cost twelve copies an epoch is twelve copies.</summary>
    [Fact]
    public void WhatIsPaidMoreSlowlyThanAnEpochIsWorthNothing()
    {
        var admission = new Admission(WindowGrid.Of(SmallWindow, 0), 1);
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal(Answer.Copy, admission.Ask(round, File, FileLength, 0, 8));
            // Another file takes the time, at places far from each other; none of its windows pays twice.
            for (int other = 1; other < 12; other++)
            {
                long offset = (round * 12L + other) * 10 * SmallWindow;
                Assert.Equal(Answer.Copy, admission.Ask(-1, File + 1, long.MaxValue / 2, offset, 8));
            }
        }
    }

    [Fact]
    public void AWindowThatPaysIsNotDrivenOutByManyThatDoNot()
    {
        var admission = new Admission(WindowGrid.Of(SmallWindow, 0), 100);
        var random = new Random(5);
        int looks = 0;
        for (int turn = 0; turn < 6_000; turn++)
        {
            // One in forty is for the hot window, the others for ten thousand cold ones through 512 places.
            bool isHot = turn % 40 == 0;
            long window = isHot ? 0 : random.Next(1, 10_000);
            if (admission.Ask(turn, File, FileLength, window * SmallWindow, 8) == Answer.MapIfUnused && isHot) looks++;
        }

        // It paid for 150 copies, which is 25 looks.
        Assert.InRange(looks, 20, 25);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(16, 64)]
    [InlineData(17, 128)]
    [InlineData(16_384, 65_536)]
    public void ItsTableIsAFewWordsARegion(int regions, int places) =>
        Assert.Equal(places, new Admission(WindowGrid.Of(SmallWindow, 0), regions).Places);

    [Fact]
    public void WindowsOfTheLargestKindCanBePaidToo()
    {
        const int Step = 1 << 30;
        var admission = new Admission(WindowGrid.Of(Step, 0), 8);
        int misses = MissesUntilLook(admission, window: 1, Step, 64 << 10);
        Assert.InRange(misses, 10_905, 10_920);
        admission.Refuse(File, 4L * Step, Step);
        Assert.InRange(MissesUntilLook(admission, window: 1, Step, 64 << 10), 1_360, 1_370);
    }

    [Fact]
    public void AnAnswerAllocatesNothing()
    {
        var admission = new Admission(WindowGrid.Of(SmallWindow, 0), 1000);
        admission.Ask(File, FileLength, 0, 8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int miss = 0; miss < 10_000; miss++)
        {
            long offset = miss * 7_919L * SmallWindow % FileLength;
            if (admission.Ask(File, FileLength, offset, 8) == Answer.MapIfUnused)
                admission.Refuse(File, FileLength, offset);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>
    /// A lost note costs a copy, and two threads may both pay the last one; neither changes the order of things.
    /// </summary>
    [Fact]
    public void ThreadsThatRaceOnAWindowStillPayForIt()
    {
        const int Copies = 100_000;
        var admission = new Admission(WindowGrid.Of(SmallWindow, 0), 1000);
        int looks = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            int own = 0;
            // Each miss is far from the thread's last: by turns on the hot window and on one of its own.
            for (int miss = 0; miss < Copies; miss++)
            {
                Answer answer = admission.Ask(File, FileLength, 0, 8);
                if (answer == Answer.MapIfUnused) own++;
                if (answer == Answer.Map) own += Copies;
                admission.Ask(File, FileLength, (100L + number) * SmallWindow, 8);
            }

            Interlocked.Add(ref looks, own);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.InRange(looks, 1_000, threads.Length * Copies / 4);
    }

    /// <summary>Each miss by another thread, so that none is near.</summary>
    private static int MissesUntilLook(Admission admission, int window, int step, int length)
    {
        for (int miss = 1; miss < 100_000; miss++)
        {
            Answer answer = admission.Ask(miss, File, FileLength * 4, (long)window * step, length);
            Assert.NotEqual(Answer.Map, answer);
            if (answer == Answer.MapIfUnused) return miss;
        }

        return -1;
    }
}
