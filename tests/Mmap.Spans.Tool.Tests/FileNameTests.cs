using Xunit;

namespace Mmap.Spans.Tool.Tests;

public class FileNameTests
{
    [Theory]
    [InlineData("plain name é", "plain name é")]
    [InlineData("it's", "it's")]
    [InlineData("a\nb", "'a'$'\\n''b'")]
    [InlineData("\n", "''$'\\n'")]
    [InlineData("it's\t\u001b", "'it'\\''s'$'\\t\\033'")]
    [InlineData("\u0085\u007f", "''$'\\302\\205\\177'")]
    [InlineData("\a\u000e", "''$'\\a\\016'")]
    public void OnlyNamesWithControlCharactersAreQuoted(string name, string printed) =>
        Assert.Equal(printed, FileName.Quote(name));
}
