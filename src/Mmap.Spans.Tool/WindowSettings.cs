using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Mmap.Spans.Tool.Comparison;

namespace Mmap.Spans.Tool;

/// <summary>The options that every command has: how much may be mapped, and in what windows.</summary>
internal sealed class WindowSettings
{
    /// <summary>What stands for a number of bytes in the help.</summary>
    public const string SizeName = "SIZE";

    private const long LargestWindow = 1L << 30;

    private const long StandardWindow = 16L << 20;

    private readonly long _standardBudget;
    private readonly Option<long?> _budget;
    private readonly Option<long?> _window = Size("--window", "Map this much at a time; a power of two [default: 16MiB]");

    private WindowSettings(string standardBudget)
    {
        _standardBudget = ByteSize.TryParse(standardBudget, out long bytes) ? bytes : throw new ArgumentException("It is no size.", nameof(standardBudget));
        _budget = Size("--budget", $"At most this much is mapped at once [default: {standardBudget}]");
    }

    /// <summary>Adds the options to a command, and refuses those that cannot be.</summary>
    public static WindowSettings AddTo(Command command, string standardBudget = "256MiB")
    {
        var settings = new WindowSettings(standardBudget);
        command.Options.Add(settings._budget);
        command.Options.Add(settings._window);
        command.Validators.Add(settings.Check);
        return settings;
    }

    /// <summary>An option that takes a number of bytes. Its default is told by the description, as people write it.</summary>
    public static Option<long?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = SizeName,
        CustomParser = Parse,
    };

    /// <summary>A manager with these options, for windows that overlap by so much or by as much as they can.</summary>
    public MapManager MakeManager(ParseResult parsed, int overlap) => new(new MapManagerOptions
    {
        WindowSize = Window(parsed.CommandResult),
        Overlap = (int)Math.Min(overlap, LongestOverlap(parsed.CommandResult)),
        MaxMappedBytes = Budget(parsed.CommandResult),
    });

    /// <summary>The same as a setting to be compared with others.</summary>
    public Setting SettingOf(ParseResult parsed) => new(Window(parsed.CommandResult), Budget(parsed.CommandResult));

    /// <summary>The longest overlap there can be: a window's length, or what the budget leaves beside one window.</summary>
    public long LongestOverlap(CommandResult result) => Math.Min(Window(result), Budget(result) - Window(result));

    private long Budget(CommandResult result) => ValueOf(result, _budget, _standardBudget);

    private long Window(CommandResult result) => ValueOf(result, _window, StandardWindow);

    /// <summary>What an option says, or the standard value where it says nothing, or nothing sensible.</summary>
    /// <remarks>Validators are asked also when another option cannot be read, and the framework's way would throw then.</remarks>
    private static long ValueOf(CommandResult result, Option option, long standard) =>
        result.GetResult(option)?.Tokens is [{ Value: var text }] && ByteSize.TryParse(text, out long bytes) ? bytes : standard;

    private static long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!ByteSize.TryParse(text, out long bytes)) result.AddError($"'{text}' is no size; write 4096, 64KiB, 16MiB or 1GiB.");
        return bytes;
    }

    private void Check(CommandResult result)
    {
        long least = OperatingSystem.IsWindows() ? 1 << 16 : Environment.SystemPageSize;
        long window = Window(result);
        if (window < least || window > LargestWindow || !BitOperations.IsPow2(window))
            result.AddError($"--window is a power of two from {ByteSize.Format(least)} to {ByteSize.Format(LargestWindow)}.");
        else if (Budget(result) < window)
            result.AddError($"--budget is at least one window, {ByteSize.Format(window)}; for less, give a smaller --window, too.");
    }
}
