using System.Text;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>The outcome of a command.</summary>
public sealed record Outcome(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);
}
