using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;
using Mmap.Spans.Lucene.Tests.Infrastructure;
using Mmap.Spans.LuceneBench.Corpus;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Lucene.Tests;

/// <summary>A writer that merges and deletes under readers of every commit.</summary>
public sealed class WriterTests : DirectoryTest
{
    [Fact]
    public void ReadersOfOldCommitsAnswerRightWhileTheirFilesAreMergedAwayAndLeaveNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not delete a file that is mapped.");
        const int Commits = 7, DocumentsEach = 300;
        using MappedDirectory directory = SmallWindows();
        // Lucene's own directory opens the same commits before their files go.
        using var others = new NIOFSDirectory(FolderPath);
        List<(DirectoryReader Ours, DirectoryReader Theirs)> readers = [];

        using (var writer = new IndexWriter(directory, GeneratedIndex.Settings))
        {
            for (int commit = 0; commit < Commits; commit++)
            {
                for (int i = 0; i < DocumentsEach; i++)
                {
                    writer.AddDocument(GeneratedIndex.DocumentOf((commit * DocumentsEach) + i));
                    if (i == DocumentsEach / 2) writer.Flush(triggerMerge: false, applyAllDeletes: true);
                }

                writer.DeleteDocuments(new Term(GeneratedIndex.Body, Language.WordAt(100 + commit)));
                writer.Commit();
                readers.Add((DirectoryReader.Open(directory), DirectoryReader.Open(others)));
                AssertSameAnswers(readers, commit * DocumentsEach);
            }

            writer.ForceMerge(1);
            writer.Commit();
            AssertSameAnswers(readers, Commits * DocumentsEach);
            using DirectoryReader ofWriter = writer.GetReader(applyAllDeletes: true);
            AssertSameAnswers([(ofWriter, readers[^1].Theirs)], 0, sameDocumentIds: false);
        }

        foreach ((DirectoryReader ours, DirectoryReader theirs) in readers)
        {
            ours.Dispose();
            theirs.Dispose();
        }

        AssertNothingIsLeft(directory);
    }

    private static void AssertSameAnswers(
        List<(DirectoryReader Ours, DirectoryReader Theirs)> readers, int seed, bool sameDocumentIds = true)
    {
        foreach ((DirectoryReader ours, DirectoryReader theirs) in readers)
        {
            var our = new IndexSearcher(ours);
            var their = new IndexSearcher(theirs);
            foreach (Question question in Question.Make(30, 1 + seed))
            {
                if (sameDocumentIds) Assert.Equal(question.AnswerOf(their), question.AnswerOf(our));
                else Assert.Equal(question.Ask(their).TotalHits, question.Ask(our).TotalHits);
            }
        }
    }

    /// <summary>No window, handle, mapping or descriptor, and on the disk only the last commit.</summary>
    private void AssertNothingIsLeft(MappedDirectory directory)
    {
        MapStatistics end = directory.Manager.GetStatistics();
        Assert.Equal((0, 0, 0, 0L), (end.OpenFiles, end.OpenHandles, end.Regions, end.MappedBytes));
        Assert.Equal(0, end.LiveHeapLeases);
        Assert.InRange(end.Maps, 100, long.MaxValue);
        Assert.Equal(0, ProcessView.Mappings(FolderPath));
        Assert.Equal(0, ProcessView.Handles(FolderPath));
        string[] data = [.. directory.ListAll().Where(name => name.StartsWith('_'))];
        Assert.All(data, name => Assert.Equal(data[0][..2], name[..2]));
        Assert.Single(directory.ListAll(), name => name.StartsWith("segments_", StringComparison.Ordinal));
    }
}
