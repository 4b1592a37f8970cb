using System.Globalization;
using System.Text;
using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants.Running;

/// <summary>The verdicts as a page.</summary>
internal static class Results
{
    /// <summary>The part of the rows that must be caught, in hundredths.</summary>
    public const int LeastPercent = 95;

    /// <summary>The percentage of the visible mutations that a test caught.</summary>
    public static double Percent(IReadOnlyList<Verdict> verdicts)
    {
        (int caught, int survived, _) = Count(verdicts);
        return caught + survived == 0 ? 100 : 100.0 * caught / (caught + survived);
    }

    /// <summary>The score in one sentence.</summary>
    public static string Score(IReadOnlyList<Verdict> verdicts)
    {
        (int caught, int survived, int equivalent) = Count(verdicts);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{verdicts.Count} mutations: {caught} caught, {survived} survived, {equivalent} equivalent; "
            + $"{Percent(verdicts):F1} % of those that can be seen.");
    }

    /// <summary>The page: where, the score by place, and every row.</summary>
    public static string Page(IReadOnlyList<Verdict> verdicts, string commit, TimeSpan took)
    {
        var page = new StringBuilder();
        page.Append("# Mutations outside the region table\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, commit {commit}, ");
        page.Append(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, ");
        page.Append(CultureInfo.InvariantCulture, $"{took.TotalMinutes:F0} minutes. ");
        page.Append("Written by `dotnet run -c Release --project tests/Mmap.Spans.Mutants`.\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{Score(verdicts)}\n\n");
        page.Append("| place | mutations | caught | survived | equivalent |\n|---|--:|--:|--:|--:|\n");
        foreach (IGrouping<string, Verdict> place in verdicts.GroupBy(verdict => verdict.Row.Place))
        {
            (int caught, int survived, int equivalent) = Count([.. place]);
            page.Append(CultureInfo.InvariantCulture, $"| {place.Key} | {place.Count()} | {caught} | {survived} ");
            page.Append(CultureInfo.InvariantCulture, $"| {equivalent} |\n");
        }

        page.Append("\n\"Elsewhere\" is a test of a class that the row does not name; it failed twice.\n\n");
        page.Append("| no. | file | change | caught by |\n|--:|---|---|---|\n");
        foreach (Verdict verdict in verdicts)
        {
            Row row = verdict.Row;
            page.Append(CultureInfo.InvariantCulture, $"| {row.Number} | {Short(row.File)} | {row.Wrong} ");
            page.Append(CultureInfo.InvariantCulture, $"| {verdict.Text} |\n");
        }

        return page.ToString();
    }

    private static (int Caught, int Survived, int Equivalent) Count(IReadOnlyList<Verdict> verdicts)
    {
        int caught = verdicts.Count(verdict => verdict.CaughtBy is not null);
        int survived = verdicts.Count(verdict => verdict.IsHole);
        return (caught, survived, verdicts.Count - caught - survived);
    }

    private static string Short(string file) => file["src/Mmap.Spans".Length..].TrimStart('.', '/');
}
