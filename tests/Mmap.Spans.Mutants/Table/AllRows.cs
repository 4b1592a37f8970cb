namespace Mmap.Spans.Mutants.Table;

/// <summary>The whole table, and what must hold of it.</summary>
public static class AllRows
{
    private static readonly (string Place, IReadOnlyList<Row> Rows)[] s_places =
    [
        ("Root", RootRows.All), ("Files", [.. FilesRows.All, .. HandlesRows.All]),
        ("Memory", MemoryRows.All), ("Pages", PagesRows.All),
        ("Geometry", GeometryRows.All), ("Leases", LeasesRows.All), ("Cursors", CursorRows.All),
        ("Pipelines", PipelinesRows.All), ("Diagnostics", DiagnosticsRows.All), ("Regions", RegionsRows.All),
        ("Tool", ToolRows.All), ("Lucene", LuceneRows.All), ("Analyzers", AnalyzersRows.All),
    ];

    /// <summary>Every row, by place.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
        [.. s_places.SelectMany(place => place.Rows.Select(row => row with { Place = place.Place }))];

    /// <summary>What is wrong with the table itself; empty if nothing is.</summary>
    /// <param name="root">The repository's folder.</param>
    public static IReadOnlyList<string> Problems(string root)
    {
        var problems = new List<string>();
        foreach (IGrouping<int, Row> twice in Rows.GroupBy(row => row.Number).Where(rows => rows.Count() > 1))
            problems.Add($"Row {twice.Key} stands {twice.Count()} times in the table.");
        foreach (IGrouping<string, Row> file in Rows.GroupBy(row => row.File)) Switched(root, file.Key, file, problems);
        foreach (Row row in Rows)
        {
            if (row.Sees.Length == 0) problems.Add($"Row {row.Number} names no class that could see it.");
            if (row.Old == row.New) problems.Add($"Row {row.Number} changes nothing.");
        }

        problems.AddRange(MissingClasses(root));
        return problems;
    }

    /// <summary>A file with all its mutations in it, each behind its switch.</summary>
    /// <param name="root">The repository's folder.</param>
    /// <param name="file">The file, from there.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="problems">Takes what is wrong with a row; the row is left out.</param>
    public static string Switched(string root, string file, IEnumerable<Row> rows, List<string> problems)
    {
        string path = Path.Combine(root, file);
        if (!File.Exists(path))
        {
            string numbers = string.Join(", ", rows.Select(row => row.Number));
            problems.Add($"There is no {file}, which rows {numbers} are about.");
            return "";
        }

        string text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var placed = new List<(int Start, int End, Row Row)>();
        foreach (Row row in rows)
        {
            try
            {
                (int start, int length) = row.In(text).GetOffsetAndLength(text.Length);
                placed.Add((start, start + length, row));
            }
            catch (InvalidOperationException e)
            {
                problems.Add(e.Message);
            }
        }

        placed.Sort((one, other) => other.Start.CompareTo(one.Start));
        int before = text.Length;
        string switched = text;
        foreach ((int start, int end, Row row) in placed)
        {
            if (end > before) problems.Add($"Row {row.Number} changes text in {file} that another row changes.");
            else switched = string.Concat(switched.AsSpan(0, start), row.Both, switched.AsSpan(end));
            before = start;
        }

        return switched;
    }

    private static IEnumerable<string> MissingClasses(string root)
    {
        var known = new Dictionary<string, HashSet<string>>();
        foreach (Row row in Rows)
        {
            if (!known.TryGetValue(row.Tests, out HashSet<string>? names))
            {
                string folder = Path.Combine(root, "tests", row.Tests);
                known[row.Tests] = names =
                [
                    .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                        .SelectMany(File.ReadLines).Select(line => line.TrimStart().Split(' '))
                        .Where(words => words[0] is "public" or "internal" && words.Contains("class"))
                        .Select(words => words[Array.IndexOf(words, "class") + 1].Split('(', ':', '<')[0]),
                ];
            }

            foreach (string name in row.Sees.Where(name => !names.Contains(name)))
                yield return $"Row {row.Number} names the class {name}, which is not in tests/{row.Tests}.";
        }
    }
}
