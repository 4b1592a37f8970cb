using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mmap.Spans.Tool;

/// <summary>Describes the error in a command line, in the words of the tool rather than of the parser.</summary>
internal static class Complaint
{
    /// <summary>The first error; null if there is none.</summary>
    public static string? About(ParseResult parsed)
    {
        CommandResult result = parsed.CommandResult;
        if (UnknownOption(parsed) is { } option)
        {
            string command = result.Command is RootCommand ? "mspans" : $"mspans {result.Command.Name}";
            string hint = Nearest(option, result.Command.Options.Select(known => known.Name))
                ?? ShortOptions(option, result.Command);
            return $"'{option}' is no option of {command}{hint} An argument that begins with a dash goes after '--'.";
        }

        if (parsed.Errors.Count == 0) return null;
        if (parsed.CommandResult.Command is RootCommand root)
        {
            if (parsed.UnmatchedTokens is not [var word, ..]) return "No command is given.";
            return AboutCommand(
                word, [.. root.Subcommands.Select(known => known.Name), .. root.Options.Select(known => known.Name)]);
        }

        if (EmptyOption(result) is { } empty) return $"{empty} needs a value.";
        if (MissingArgument(result) is { } missing) return $"No {missing} is given.";
        if (parsed.UnmatchedTokens is [var more, ..]) return $"'{more}' is one argument too many.";
        return parsed.Errors[0].Message;
    }

    /// <summary>The error in a word that is no command.</summary>
    /// <param name="word">The word.</param>
    /// <param name="known">The words that are known in its place.</param>
    public static string AboutCommand(string word, IEnumerable<string> known) =>
        $"There is no command '{word}'{Nearest(word, known) ?? "."}";

    /// <summary>Finds an unknown option, which the parser takes for a file. After "--" it is a file.</summary>
    private static string? UnknownOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument)
        .FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-')?.Value;

    private static string? EmptyOption(CommandResult result) => result.Children.OfType<OptionResult>()
        .Where(option => option is { Implicit: false, Tokens.Count: 0 })
        .FirstOrDefault(option => option.Option.Arity.MinimumNumberOfValues > 0)?.Option.Name;

    private static string? MissingArgument(CommandResult result) => result.Command.Arguments
        .Where(argument => argument.Arity.MinimumNumberOfValues > 0)
        .FirstOrDefault(argument => result.GetResult(argument) is not { Tokens.Count: > 0 })?.Name;

    /// <summary>The end of a sentence about a word: the nearest of the known ones; null if none is near.</summary>
    private static string? Nearest(string word, IEnumerable<string> known)
    {
        (string nearest, int distance) = known.Select(name => (name, Distance(word, name))).MinBy(pair => pair.Item2);
        return distance <= 2 ? $"; did you mean '{nearest}'?" : null;
    }

    /// <summary>The end of a sentence about an option: the command's short ones, if it is short, too.</summary>
    private static string ShortOptions(string option, Command command)
    {
        if (option.StartsWith("--", StringComparison.Ordinal)) return ".";
        IEnumerable<string> known = command.Options.SelectMany(each => each.Aliases).Order(StringComparer.Ordinal);
        return $"; its short options are {string.Join(", ", known)}.";
    }

    /// <summary>The edit distance of two words: letters inserted, deleted or replaced.</summary>
    private static int Distance(string one, string two)
    {
        int[] row = [.. Enumerable.Range(0, two.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= two.Length; j++)
            {
                int changed = diagonal + (one[i - 1] == two[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
