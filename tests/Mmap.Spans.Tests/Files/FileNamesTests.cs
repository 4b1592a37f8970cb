using Mmap.Spans.Files;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The names of one file: each lasts as long as an opener has it open by that name.</summary>
public class FileNamesTests
{
    [Fact]
    public void ANameStaysAsLongAsOneOfItsOpeners()
    {
        var names = default(FileNames);
        Assert.Empty(names.All());
        names.Add("first");
        names.Add("first");
        for (int opener = 0; opener < 3; opener++) names.Add("second");
        Assert.Equal(["first", "second"], names.All());
        names.Remove("second");
        names.Remove("second");
        Assert.Equal(["first", "second"], names.All());
        names.Remove("second");
        names.Remove("second");
        // Messages use the first name.
        names.Remove("first");
        Assert.Equal(["first"], names.All());
        Assert.Equal("first", names.First);
    }

    [Fact]
    public void OfTheNamesThatWereFoundOneIsKept()
    {
        var names = default(FileNames);
        names.Add("log");
        names.Add("link");
        foreach (string found in (string[])["log.1", "log.2", "log.3", "link"]) names.Find(found);
        Assert.Equal(["log", "link"], names.All());
        names.Find("log.4");
        Assert.Equal(["log", "link", "log.4"], names.All());
    }
}
