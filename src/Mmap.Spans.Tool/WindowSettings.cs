using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Mmap.Spans.Tool.Comparison;

namespace Mmap.Spans.Tool;

/// <summary>The options common to all commands: the budget and the window size.</summary>
internal sealed class WindowSettings
{
    /// <summary>The placeholder for a byte size in the help.</summary>
    public const string SizeName = "SIZE";

    private const long LargestWindow = 1L << 30;

    private const long StandardWindow = 16L << 20;

    private readonly long _standardBudget;
    private readonly Option<long?> _budget;
    private readonly Option<long?> _window =
        Size("--window", "Map this much at a time; a power of two [default: 16MiB]");

    private WindowSettings(string standardBudget)
    {
        _standardBudget = ByteSize.TryParse(standardBudget, out long bytes)
            ? bytes : throw new ArgumentException("It is no size.", nameof(standardBudget));
        _budget = Size("--budget", $"At most this much is mapped at once [default: {standardBudget}]");
    }

    /// <summary>Adds the options to a command, with their validation.</summary>
    public static WindowSettings AddTo(Command command, string standardBudget = "256MiB")
    {
        var settings = new WindowSettings(standardBudget);
        command.Options.Add(settings._budget);
        command.Options.Add(settings._window);
        command.Validators.Add(settings.Check);
        return settings;
    }

    /// <summary>An option for a byte size. The description gives the default in the form that users write.</summary>
    public static Option<long?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = SizeName,
        CustomParser = Parse,
    };

    /// <summary>A manager with these options, with the given overlap or the longest possible one.</summary>
    /// <remarks>The budget does not limit the overlap: a mapping is charged for its window only.</remarks>
    public MapManager MakeManager(ParseResult parsed, int overlap) => new(new MapManagerOptions
    {
        WindowSize = Window(parsed.CommandResult),
        Overlap = (int)Math.Min(overlap, Window(parsed.CommandResult)),
        MaxMappedBytes = Budget(parsed.CommandResult),
    });

    /// <summary>These options as a setting for trials.</summary>
    public Setting SettingOf(ParseResult parsed) => new(Window(parsed.CommandResult), Budget(parsed.CommandResult));

    /// <summary>The window size, which is the longest possible overlap as well.</summary>
    public long Window(CommandResult result) => ValueOf(result, _window, StandardWindow);

    private long Budget(CommandResult result) => ValueOf(result, _budget, _standardBudget);

    /// <summary>The value of an option; the standard value if it is missing or invalid.</summary>
    /// <remarks>Validators also run when another option cannot be parsed; the framework's accessor would then
    /// throw.</remarks>
    private static long ValueOf(CommandResult result, Option option, long standard) =>
        result.GetResult(option)?.Tokens is [{ Value: var text }] && ByteSize.TryParse(text, out long bytes)
            ? bytes : standard;

    private static long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ByteSize.TryParse(text, out long bytes))
            result.AddError($"'{text}' is no size; write 4096, 64KiB, 16MiB or 1GiB.");
        return bytes;
    }

    private void Check(CommandResult result)
    {
        long least = OperatingSystem.IsWindows() ? 1 << 16 : Environment.SystemPageSize;
        long window = Window(result);
        if (window < least || window > LargestWindow || !BitOperations.IsPow2(window))
            result.AddError(
                $"--window is a power of two from {ByteSize.Format(least)} to {ByteSize.Format(LargestWindow)}.");
        else if (Budget(result) < window)
            result.AddError(
                $"--budget is at least one window, {ByteSize.Format(window)}; for less, give a smaller --window, too.");
    }
}
