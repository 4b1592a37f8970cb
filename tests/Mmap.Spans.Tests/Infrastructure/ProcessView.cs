using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>What the system says this process holds of a file. Linux only; elsewhere the test is skipped.</summary>
public static class ProcessView
{
    /// <summary>Mappings of the file.</summary>
    public static int Mappings(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are counted in /proc.");
        return File.ReadLines("/proc/self/maps").Count(line => line.Contains(path, StringComparison.Ordinal));
    }

    /// <summary>Open handles of the file.</summary>
    public static int Handles(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles are counted in /proc.");
        int count = 0;
        foreach (string descriptor in Directory.GetFiles("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName.Contains(path, StringComparison.Ordinal) == true) count++;
            }
            catch (FileNotFoundException)
            {
                // Another test has closed it between the listing and the look, so it was not of this file.
                continue;
            }
        }

        return count;
    }
}
