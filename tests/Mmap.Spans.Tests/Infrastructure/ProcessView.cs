using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The system's account of a file in this process. Linux only; elsewhere the test is skipped.</summary>
public static class ProcessView
{
    /// <summary>Mappings of the file.</summary>
    public static int Mappings(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are counted in /proc.");
        return File.ReadLines("/proc/self/maps").Count(line => line.Contains(path, StringComparison.Ordinal));
    }

    /// <summary>The flags that the system keeps for the first mapping of the file, two letters each.</summary>
    public static string[] FlagsOfMapping(string path)
    {
        const string Key = "VmFlags: ";
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Flags are told in /proc.");
        string line = File.ReadLines("/proc/self/smaps")
            .SkipWhile(line => !line.Contains(path, StringComparison.Ordinal))
            .First(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line[Key.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
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
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName.Contains(path,
                    StringComparison.Ordinal) == true) count++;
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
