using System.Globalization;
using System.Text.RegularExpressions;

namespace Mmap.Spans.Mutants.Table;

/// <summary>One mutation of a source file.</summary>
/// <param name="Number">Its number, which stays when other rows come and go.</param>
/// <param name="File">The file, from the repository's folder.</param>
/// <param name="Old">The text that is changed; it stands in the file exactly once.</param>
/// <param name="New">
/// What stands there in the mutant. Of an expression an expression, of statements statements, or with
/// <see cref="Switch"/> in it the whole new text, which then chooses by itself.
/// </param>
/// <param name="Wrong">What is wrong with the mutant.</param>
/// <param name="Sees">The test classes that could see it, tried first.</param>
public sealed partial record Row(int Number, string File, string Old, string New, string Wrong, params string[] Sees)
{
    /// <summary>What a new text says where it asks whether the mutation is on.</summary>
    public const string Switch = "Mutated";

    /// <summary>Why no test can tell the mutant from the original; null if one can.</summary>
    public string? Equivalent { get; init; }

    /// <summary>Why no test sees the mutant, although one could; null if one should.</summary>
    public string? Survives { get; init; }

    /// <summary>Where in the repository it belongs, for people who run a part of the table.</summary>
    public string Place { get; init; } = "";

    /// <summary>The project of the file: its assembly is built with the switch.</summary>
    public string Project => File.Split('/')[1];

    /// <summary>The project of its tests.</summary>
    public string Tests => $"{Project}.Tests";

    /// <summary>Both texts in one, of which the environment chooses while the tests run.</summary>
    public string Both
    {
        get
        {
            string isOn = string.Create(CultureInfo.InvariantCulture, $"MutantSwitch.Is({Number})");
            if (SwitchWord().IsMatch(New)) return SwitchWord().Replace(New, isOn);
            return Old[^1] is ';' or '}'
                ? $"if ({isOn}) {{ {New} }} else {{ {Old} }}"
                : $"({isOn} ? ({New}) : ({Old}))";
        }
    }

    /// <summary>Where the old text stands in its file.</summary>
    /// <exception cref="InvalidOperationException">It does not stand there exactly once.</exception>
    public Range In(string text)
    {
        int at = text.IndexOf(Old, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(Old, at + 1, StringComparison.Ordinal) >= 0)
        {
            string times = at < 0 ? "not at all" : "more than once";
            throw new InvalidOperationException(
                $"Row {Number}: in {File} this stands {times}, so the row must be written anew:\n{Old}");
        }

        return at..(at + Old.Length);
    }

    [GeneratedRegex($@"\b{Switch}\b")]
    private static partial Regex SwitchWord();
}
