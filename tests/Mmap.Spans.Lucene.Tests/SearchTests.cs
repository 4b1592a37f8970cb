using Lucene.Net.Index;
using Lucene.Net.Search;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Whole searches: every answer is that of Lucene's own directory, for all windows and budgets.</summary>
public sealed class SearchTests(SharedIndex index) : DirectoryTest, IClassFixture<SharedIndex>
{
    public static TheoryData<int, int, int> Settings
    {
        get
        {
            var settings = new TheoryData<int, int, int>();
            foreach (int window in (ReadOnlySpan<int>)[64 << 10, 1 << 20, 16 << 20])
            {
                foreach (int share in (ReadOnlySpan<int>)[8, 2, 1])
                {
                    settings.Add(window, share, 1);
                    settings.Add(window, share, 2);
                }
            }

            return settings;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void EveryAnswerIsThatOfLucenesOwnDirectory(int window, int budgetShare, int threads)
    {
        const int Overlap = 4096;
        long region = window + Overlap;
        long budget = Math.Max(index.Bytes / budgetShare, window);
        var options = new MapManagerOptions { WindowSize = window, Overlap = Overlap, MaxMappedBytes = budget };
        MapManager manager = ManagerOf(options);
        using (var directory = new MappedDirectory(index.Path, null, manager))
        using (DirectoryReader reader = DirectoryReader.Open(directory))
        {
            var searcher = new IndexSearcher(reader);
            TestThread.RunTogether(threads, thread =>
            {
                for (int i = thread; i < index.Questions.Length; i += threads)
                    Assert.Equal(index.Answers[i], index.Questions[i].AnswerOf(searcher));
            });
            AssertNothingIsPinned(manager, Math.Max(budget, region) + (threads * region));
        }

        MapStatistics end = manager.GetStatistics();
        Assert.Equal((0, 0, 0, 0L), (end.OpenFiles, end.OpenHandles, end.Regions, end.MappedBytes));
    }

    [Fact]
    public void TheQuestionsFindWhatTheyShould()
    {
        Assert.All(index.Answers, answer => Assert.NotEmpty(answer));
        int found = index.Answers.Count(answer => answer.Contains('\n', StringComparison.Ordinal));
        Assert.InRange(found, index.Answers.Count * 3 / 4, index.Answers.Count);
        Assert.Equal(index.Answers.Count, index.Questions.Length);
    }

    /// <summary>All the clones of these searches still exist, undisposed.</summary>
    /// <param name="manager">The directory's.</param>
    /// <param name="most">The budget, and a window for each thread, which may be loading it.</param>
    private static void AssertNothingIsPinned(MapManager manager, long most)
    {
        MapStatistics now = manager.GetStatistics();
        Assert.Equal(0, now.LiveHeapLeases);
        Assert.InRange(now.PeakMappedBytes, 1, most);
        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().MappedBytes);
    }
}
