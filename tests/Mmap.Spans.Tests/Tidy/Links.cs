using System.Text.RegularExpressions;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Links of a page to files of the repository.</summary>
internal static partial class Links
{
    /// <summary>Links to a missing file or folder; the part behind the number sign is ignored.</summary>
    /// <param name="exists">True if a path from the root of the repository exists.</param>
    public static IEnumerable<Finding> Broken(SourceFile page, Func<string, bool> exists)
    {
        string text = Code().Replace(page.Text, "");
        return from match in Inline().Matches(text).Concat(Definition().Matches(text))
               let target = Uri.UnescapeDataString(match.Groups[1].Value.Split('#')[0])
               where target.Length > 0 && !Elsewhere().IsMatch(target)
               let path = target.StartsWith('/') ? target[1..] : Path.Combine(page.Folder, target)
               where !exists(path)
               select new Finding($"{page.Path}: {target}", $"{page.Path} links to {target}");
    }

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(\s*<?([^)\s>]+)>?(?:\s+""[^""]*"")?\s*\)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\[[^\]\n]+\]:\s*(\S+)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
