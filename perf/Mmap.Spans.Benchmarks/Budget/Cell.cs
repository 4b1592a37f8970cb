namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>One place in the tables: the measurements of one process.</summary>
internal sealed record Cell(int Threads, int WindowBytes, Backing Backing)
{
    private const long LeastBudget = 16 << 20;

    /// <summary>Two windows for each thread, and never so few bytes that a heap's own moods show.</summary>
    public long BudgetBytes => Math.Max(LeastBudget, 2L * Threads * WindowBytes);
}
