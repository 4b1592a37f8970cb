using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.LuceneBench.Corpus;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>Inputs that are closed while others read: right bytes or an exception, never the process's end.</summary>
public sealed class ClosingTests : DirectoryTest
{
    [Fact]
    public void AReadThatMeetsTheCloseGivesRightBytesOrSaysThatItIsClosed()
    {
        const string Name = "bytes";
        const int Rounds = 300, Readers = 2;
        int length = 40 * Granule;
        WriteSample(Name, length);
        using MappedDirectory directory = SmallWindows();

        for (int round = 0; round < Rounds; round++)
        {
            IndexInput input = directory.OpenInput(Name, IOContext.READ);
            // Made before the close, which refuses to make more.
            IndexInput[] clones = [.. Enumerable.Range(0, Readers).Select(_ => (IndexInput)input.Clone())];
            TestThread.RunTogether(Readers + 1, thread =>
            {
                if (thread == Readers) input.Dispose();
                else Assert.Throws<ObjectDisposedException>(() => ReadForEver(clones[thread], length, round + thread));
            });
        }

        Assert.Equal(0, directory.Manager.GetStatistics().OpenFiles);
    }

    [Fact]
    public void ASearchThatMeetsTheCloseOfItsReaderEndsAloneWithAnException()
    {
        const int Documents = 2000, Rounds = 30;
        using MappedDirectory directory = SmallWindows();
        GeneratedIndex.Write(directory, Documents);
        Question[] questions = Question.Make(60, Documents);

        for (int round = 0; round < Rounds; round++)
        {
            DirectoryReader reader = DirectoryReader.Open(directory);
            var searcher = new IndexSearcher(reader);
            string[] right = [.. questions.Take(6).Select(question => question.AnswerOf(searcher))];
            using var searching = new ManualResetEventSlim();
            TestThread thread = TestThread.Start(() => SearchUntilClosed(searcher, questions, right, searching));
            searching.Wait(TestThread.Patience);
            reader.Dispose();
            thread.Join();
        }

        Assert.Equal(0, directory.Manager.GetStatistics().OpenFiles);
    }

    private static void ReadForEver(IndexInput input, int length, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[3000];
        while (true)
        {
            int at = random.Next(length - bytes.Length);
            input.Seek(at);
            int count = random.Next(1, bytes.Length);
            input.ReadBytes(bytes, 0, count);
            SampleFile.AssertBytes(bytes.AsSpan(0, count), at);
        }
    }

    private static void SearchUntilClosed(
        IndexSearcher searcher, Question[] questions, string[] right, ManualResetEventSlim searching)
    {
        for (int turn = 0; ; turn++)
        {
            string answer;
            try
            {
                answer = questions[turn % questions.Length].AnswerOf(searcher);
            }
            catch (Exception e) when (TellsOfTheClose(e))
            {
                return;
            }

            searching.Set();
            if (turn < right.Length) Assert.Equal(right[turn], answer);
        }
    }

    /// <summary>Lucene wraps some, and a part that it has set to null meanwhile gives it a null reference.</summary>
    private static bool TellsOfTheClose(Exception e) =>
        e is ObjectDisposedException
        || (e is NullReferenceException && e.Source == "Lucene.Net")
        || (e.InnerException is { } inner && TellsOfTheClose(inner));
}
