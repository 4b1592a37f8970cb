using System.Globalization;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// A control group of Linux whose processes together may have so much memory. Skips the test where none can be made.
/// </summary>
public sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _path;

    public MemoryGroup(long bytes)
    {
        const string WhyNot = "A control group that limits memory cannot be made here.";
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, WhyNot);
        // The first version has a tree for each kind of limit, the second has one.
        bool isFirst = Directory.Exists($"{Root}/memory");
        _path = $"{Root}/{(isFirst ? "memory/" : "")}mmap-spans-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(_path);
            string limit = isFirst ? "memory.limit_in_bytes" : "memory.max";
            File.WriteAllText($"{_path}/{limit}", bytes.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(_path)) Directory.Delete(_path);
            Assert.Skip($"{WhyNot} {e.Message}");
        }
    }

    /// <summary>
    /// The commands by which a shell joins the group. They remove the limit that other children have for the
    /// collector's heap: the runtime reads the group's limit itself.
    /// </summary>
    public string Enter => $"unset DOTNET_GCHeapHardLimit && echo $$ > {_path}/cgroup.procs";

    /// <summary>Takes the group away; its processes must have ended.</summary>
    public void Dispose() => Directory.Delete(_path);
}
