using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

/// <summary>The scripts in the shells they are for.</summary>
public sealed class CompletionCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string[]> Lines() => new()
    {
        { "mspans ", ["cat", "compare", "completion", "grep", "hash", "help", "inspect", "lines", "probe"] },
        { "mspans comp", ["compare", "completion"] },
        { "mspans lines --w", ["--window"] },
        { "mspans hash -a ", ["md5", "sha1", "sha256", "sha512"] },
        { "mspans inspect some.log -- gr", ["grep"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void BashCompletes(string line, string[] expected)
    {
        SystemCommand.SkipWithout("bash");
        string script = $$"""
            mspans() {{Function}}
            source <(mspans completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=(mspans)
            $(complete -p mspans | sed 's/.*-F \([^ ]*\).*/\1/')
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        AssertReplies(expected, SystemCommand.Run("bash", "-c", script));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void FishCompletes(string line, string[] expected)
    {
        SystemCommand.SkipWithout("fish");
        string program = WriteProgram();
        string folder = Path.GetDirectoryName(program)!;
        string script =
            $"set -x PATH {folder} $PATH; mspans completion fish | source; complete -C '{line}'";
        Outcome outcome = SystemCommand.Run("fish", "--no-config", "-c", script);
        string[] replies =
            [.. outcome.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(reply => reply.Split('\t')[0])];
        Assert.Equal("", outcome.Error);
        // Fish has the file names besides.
        Assert.Superset(expected.ToHashSet(), replies.ToHashSet());
        Assert.DoesNotContain(replies, reply =>
            reply.StartsWith('-') && !line.Contains("--w", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void ZshCompletes(string line, string[] expected)
    {
        SystemCommand.SkipWithout("zsh");
        // The completion gets its words and prints its offers.
        string[] words = line.Split(' ');
        string script = $"""
            mspans() {Function}
            compdef() :
            source <(mspans completion zsh)
            compadd() (shift; print -l -- $@)
            _files() :
            words=({string.Join(' ', words.Select(word => $"'{word}'"))}) CURRENT={words.Length} PREFIX='{words[^1]}'
            _mspans
            """;
        Outcome outcome = SystemCommand.Run("zsh", "-f", "-c", script);
        AssertReplies(expected, outcome);
    }

    [Fact]
    public void EveryShellHasAScriptAndNoOtherHas()
    {
        Assert.Contains("Register-ArgumentCompleter", Mspans.Run("completion", "pwsh").Text, StringComparison.Ordinal);
        Assert.Equal(2, Mspans.Run("completion", "cmd").ExitCode);
        Assert.Equal(2, Mspans.Run("completion").ExitCode);
    }

    private static string Function => $$"""{ {{Mspans.ShellCommand}} "$@"; }""";

    private static void AssertReplies(string[] expected, Outcome outcome)
    {
        Assert.Equal("", outcome.Error);
        Assert.Equal(
            expected, outcome.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    private string WriteProgram()
    {
        string path = _folder.Write("mspans", $"#!/bin/sh\nexec {Mspans.ShellCommand} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
