using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.LuceneBench.Corpus;

namespace Mmap.Spans.LuceneBench;

/// <summary>Something that every directory is asked to do, on so many threads.</summary>
/// <param name="Name">The head of its column.</param>
/// <param name="Threads">On how many threads, which share the searcher.</param>
/// <param name="Count">The times in one call, all threads together.</param>
/// <param name="Do">Does it once; is given the number of the time.</param>
internal sealed record Work(string Name, int Threads, int Count, Action<Contestant, int> Do)
{
    /// <summary>Searches and fetches of stored fields, each on one and on two threads.</summary>
    public static Work[] All(Question[] questions, int documents)
    {
        const int Searches = 300, Fetches = 600;
        void Search(Contestant contestant, int time) => questions[time % questions.Length].Ask(contestant.Searcher);
        void Fetch(Contestant contestant, int time)
        {
            // Far apart, and the same for all; a multiplier that is odd meets each document.
            int document = (int)(time * 2_654_435_761L % documents);
            if (contestant.Searcher.Doc(document).Get(GeneratedIndex.Body).Length == 0)
                throw new InvalidOperationException($"Document {document} has no text.");
        }

        return
        [
            new Work("queries, 1 thread", 1, Searches, Search),
            new Work("stored fields, 1 thread", 1, Fetches, Fetch),
            new Work("queries, 2 threads", 2, Searches, Search),
            new Work("stored fields, 2 threads", 2, Fetches, Fetch),
        ];
    }

    /// <summary>Does all of it.</summary>
    /// <param name="contestant">The contestant that does it.</param>
    /// <param name="first">The number of the first time.</param>
    /// <returns>
    /// Times a second of processor time, the mean of the threads. Time that other programs take is excluded. So are
    /// waits for a lock, which only the other directories have.
    /// </returns>
    public double Run(Contestant contestant, int first)
    {
        long nanoseconds = 0;
        using var together = new Barrier(Threads);
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            long begin = ProcessorClock.Now();
            for (int time = number; time < Count; time += Threads) Do(contestant, first + time);
            // Order: full; both threads add, and the joins below see it.
            Interlocked.Add(ref nanoseconds, ProcessorClock.Now() - begin);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        return Count * 1e9 * Threads / nanoseconds;
    }
}
