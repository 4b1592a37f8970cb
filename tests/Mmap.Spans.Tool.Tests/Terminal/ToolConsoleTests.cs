using System.Text;
using Mmap.Spans.Tool.Terminal;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Terminal;

public class ToolConsoleTests
{
    [Fact]
    public void FewBytesAndManyComeOutInOrder()
    {
        using var output = new MemoryStream();
        using var console = new ToolConsole(output, TextWriter.Null);
        var expected = new List<byte>();
        var random = new Random(3);
        for (int i = 0; i < 60; i++)
        {
            // Some that fit into the buffer, one or more of them, and some that do not.
            int length = random.Next(3) switch { 0 => random.Next(100), 1 => 40_000, _ => random.Next(150_000) };
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            console.Write(bytes);
            expected.AddRange(bytes);
        }

        console.Flush();
        Assert.Equal(expected.ToArray(), output.ToArray());
    }

    [Fact]
    public void AnErrorIsOneLineWhateverItSays()
    {
        using var error = new StringWriter();
        using var console = new ToolConsole(Stream.Null, error);
        console.Error("one\ntwo");
        Assert.Equal($"mspans: one two{Environment.NewLine}", error.ToString());
    }

    [Fact]
    public void AnOutputThatFailsIsNoFilesFault()
    {
        using var error = new StringWriter();
        using var console = new ToolConsole(new FullDisk(), error);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "text\n");
            Assert.Equal(2, Program.Run(["cat", path], console));
            Assert.Equal($"mspans: standard output: The disk is full.{Environment.NewLine}", error.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("The disk is full.");
    }
}
