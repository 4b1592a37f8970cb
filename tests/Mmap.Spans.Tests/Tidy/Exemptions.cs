using System.Globalization;
using System.Text;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>
/// The lists beside this file: the exemptions of a rule, with their number and reason. One line is <c>count key --
/// reason</c>. A list fails when more is found than it says, and when less is, so that it only shrinks.
/// </summary>
internal static class Exemptions
{
    /// <summary>Set to 1, the lists are written anew and not compared; reasons stay with their keys.</summary>
    public const string Variable = "MMAP_SPANS_TIDY";

    private const string Folder = "tests/Mmap.Spans.Tests/Tidy";

    /// <summary>Compares what was found with a list.</summary>
    /// <param name="list">The name of the list, without its extension.</param>
    /// <param name="reason">The reason in a new line of the list.</param>
    public static void Check(string list, string reason, IEnumerable<Finding> findings)
    {
        string path = Path.Combine(Repository.Root, Folder, list + ".txt");
        string listed = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Finding[] found = [.. findings];
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            if (found.Length == 0) File.Delete(path);
            else File.WriteAllText(path, Render(listed, found, reason));
            return;
        }

        string difference = Difference(listed, found, reason);
        Assert.True(difference.Length == 0, $"""
            {Folder}/{list}.txt is not what was found:

            {difference}
            Mend what is new. Or change the list as shown, or all lists at once, and read the difference:
            {Variable}=1 dotnet run --project tests/Mmap.Spans.Tests -c Release -- -namespace "*.Tidy"
            """);
    }

    /// <summary>The changes to make to a list, line by line, after the new places; empty if they agree.</summary>
    public static string Difference(string listed, IReadOnlyCollection<Finding> found, string reason)
    {
        SortedDictionary<string, (int Count, string Reason)> entries = Parse(listed);
        SortedDictionary<string, (int Count, string Reason)> now = Parse(Render(listed, found, reason));
        var text = new StringBuilder();
        foreach (string key in entries.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            bool wasListed = entries.TryGetValue(key, out (int Count, string Reason) entry);
            bool isFound = now.TryGetValue(key, out (int Count, string Reason) fresh);
            if (entry == fresh) continue;
            if (fresh.Count > entry.Count)
            {
                foreach (Finding finding in found.Where(finding => finding.Key == key))
                    text.Append(CultureInfo.InvariantCulture, $"  found: {finding.Place}\n");
            }

            if (wasListed) text.Append(CultureInfo.InvariantCulture, $"delete: {Line(key, entry)}\n");
            if (isFound) text.Append(CultureInfo.InvariantCulture, $" paste: {Line(key, fresh)}\n");
        }

        return text.ToString();
    }

    private static string Render(string listed, IEnumerable<Finding> found, string reason)
    {
        SortedDictionary<string, (int Count, string Reason)> entries = Parse(listed);
        IEnumerable<string> lines =
            from finding in found
            group finding by finding.Key into same
            orderby same.Key
            let kept = entries.TryGetValue(same.Key, out (int Count, string Reason) entry) ? entry.Reason : reason
            select Line(same.Key, (same.Count(), kept)) + "\n";
        return string.Concat(lines);
    }

    private static SortedDictionary<string, (int Count, string Reason)> Parse(string listed)
    {
        var entries = new SortedDictionary<string, (int Count, string Reason)>(StringComparer.Ordinal);
        foreach (string line in listed.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(" -- ", 2);
            string[] words = parts[0].Split(' ', 2);
            if (parts.Length != 2 || words.Length != 2
                || !int.TryParse(words[0], CultureInfo.InvariantCulture, out int count))
            {
                throw new FormatException($"A line of a list is 'count key -- reason', and not '{line}'.");
            }

            if (!entries.TryAdd(words[1], (count, parts[1])))
                throw new FormatException($"The key '{words[1]}' is in a list twice.");
        }

        return entries;
    }

    private static string Line(string key, (int Count, string Reason) entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Count} {key} -- {entry.Reason}");
}
