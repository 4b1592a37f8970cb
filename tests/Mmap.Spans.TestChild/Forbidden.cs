using System.Runtime.InteropServices;

namespace Mmap.Spans.TestChild;

/// <summary>A file without read permission, opened by an ordinary user.</summary>
internal static partial class Forbidden
{
    private const uint Nobody = 65_534;

    /// <summary>Expects the refusal that says so, and nothing left open.</summary>
    /// <param name="args">A folder.</param>
    public static void Open(string[] args)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        string path = Path.Combine(args[0], "forbidden");
        File.WriteAllText(path, "what nobody may read");
        File.SetUnixFileMode(args[0], UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(path, UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
            Check.That(SetEffectiveUser(Nobody) == 0, "The superuser can become nobody.");

        using var manager = new MapManager();
        foreach (Backing backing in Enum.GetValues<Backing>())
        {
            string? message = null;
            try
            {
                manager.Open(path, new MappedFileOptions { Backing = backing }).Dispose();
            }
            catch (UnauthorizedAccessException e)
            {
                message = e.Message;
            }

            Check.That(message?.Contains(path, StringComparison.Ordinal) == true,
                $"The refusal names the file: {message}");
        }

        Check.That(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0 }, "A refused open leaves nothing.");
    }

    [LibraryImport("libc", EntryPoint = "seteuid", SetLastError = true)]
    private static partial int SetEffectiveUser(uint user);
}
