using System.Globalization;
using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants;

/// <summary>The options of the command line.</summary>
internal sealed class Options
{
    /// <summary>The usage of the program.</summary>
    public const string Usage =
        """
        dotnet run -c Release --project tests/Mmap.Spans.Mutants -- ...
          --check        only look that each row's text stands in its file exactly once
          --only 12,40   only these rows
          --place Files  only the rows of these parts of the table
          --jobs N       so many test runs at a time; half the processors if it is not given
          --named        only the classes that a row names, not all tests after them
          --write FILE   write the results there
        """;

    public bool Check { get; private init; }

    public bool NamedOnly { get; private init; }

    public int Jobs { get; private init; } = Math.Max(1, Environment.ProcessorCount / 2);

    public string? Write { get; private init; }

    public IReadOnlyList<Row> Rows { get; private init; } = AllRows.Rows;

    /// <summary>True if the whole table is tried, so that the score has a meaning.</summary>
    public bool IsWhole => Rows.Count == AllRows.Rows.Count;

    /// <summary>Takes a command line apart.</summary>
    /// <exception cref="FormatException">It is wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        string? ValueOf(string name)
        {
            int at = Array.IndexOf(arguments, name);
            if (at < 0) return null;
            return at + 1 < arguments.Length ? arguments[at + 1] : throw new FormatException($"{name} needs a value.");
        }

        IReadOnlyList<Row> rows = AllRows.Rows;
        if (ValueOf("--only") is { } only)
        {
            int[] numbers = [.. only.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            rows = [.. rows.Where(row => numbers.Contains(row.Number))];
        }

        if (ValueOf("--place") is { } places) rows = [.. rows.Where(row => places.Split(',').Contains(row.Place))];
        if (rows.Count == 0) throw new FormatException("No row is left.");
        var standard = new Options();
        return new Options
        {
            Check = arguments.Contains("--check"),
            NamedOnly = arguments.Contains("--named"),
            Jobs = ValueOf("--jobs") is { } jobs ? int.Parse(jobs, CultureInfo.InvariantCulture) : standard.Jobs,
            Write = ValueOf("--write"),
            Rows = rows,
        };
    }
}
