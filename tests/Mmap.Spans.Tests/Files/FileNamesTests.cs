using Mmap.Spans.Files;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The names that one file is known by: each as long as somebody has it open by it.</summary>
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
        // The first one is what messages call it.
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
