using System.Text;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>What a command left behind.</summary>
public sealed record Outcome(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);
}
