namespace Mmap.Spans.Samples.Programs;

/// <summary>
/// Follows a log over its rotation, as <c>tail -F</c> does. After a rename it reads the old file to its end, then the
/// new one. After copying and truncation it reads from the front. For one thread at a time.
/// </summary>
/// <remarks>
/// Copies, because a log may be truncated during a read. No follower sees a file that comes and goes between two calls,
/// or bytes truncated before they were read. A truncated log that is longer again at the next call is read on from the
/// old position.
/// </remarks>
public sealed class LogFollower(MapManager manager, string path) : IDisposable
{
    private static readonly MappedFileOptions s_options = new() { Backing = Backing.Copy };
    private MappedFile _log = manager.Open(path, s_options);
    private long _position;

    /// <summary>Takes bytes that are valid during the call.</summary>
    public delegate void SpanAction(ReadOnlySpan<byte> bytes);

    /// <summary>Follows a log that is written and rotated. Argument: the MiB to write.</summary>
    public static Task RunAsync(string[] arguments, TextWriter output)
    {
        int mebibytes = arguments is [string count] ? int.Parse(count, null) : 256;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("followed-");
        try
        {
            // A window that has grown is copied anew, so small windows make quick polls.
            using var manager =
                new MapManager(new MapManagerOptions { WindowSize = 64 << 10, MaxMappedBytes = 1 << 20 });
            output.WriteLine($"{mebibytes} MiB, a rotation after each 8 MiB, a poll after each 64 KiB");
            Figures.Compare(output, 5, ("write", () => Write(null)), ("write and follow", () => Write(manager)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return Task.CompletedTask;

        long Write(MapManager? follow) => WriteAndPoll(Path.Combine(folder.FullName, "log"), mebibytes, follow);
    }

    /// <summary>Hands over the new bytes in order; a line may come in two pieces.</summary>
    public void Poll(SpanAction consume)
    {
        while (true)
        {
            FileChange change = _log.Refresh();
            // The present bytes were written after the truncation.
            if (change == FileChange.Rewritten || _log.Length < _position) _position = 0;
            try
            {
                ReadToEnd(consume);
            }
            catch (FileChangedException)
            {
                // The log changed between the refresh and the read; the next refresh tells how.
                continue;
            }

            if (change != FileChange.Replaced || TryOpen() is not { } next) return;
            // All of the old file is read; its name belongs to the new one.
            _log.Dispose();
            _log = next;
            _position = 0;
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _log.Dispose();

    private void ReadToEnd(SpanAction consume)
    {
        using WindowCursor cursor = _log.CreateCursor();
        for (; cursor.MoveTo(_position); _position = cursor.End) consume(cursor.Span);
    }

    private MappedFile? TryOpen()
    {
        try
        {
            return manager.Open(path, s_options);
        }
        catch (FileNotFoundException)
        {
            // Renamed once more, and not created again yet.
            return null;
        }
    }

    /// <summary>Writes pieces of 64 KiB and polls after each; the number of bytes that came, or were written.</summary>
    private static long WriteAndPoll(string path, int mebibytes, MapManager? manager)
    {
        byte[] piece = new byte[64 << 10];
        long bytes = 0;
        File.WriteAllBytes(path, []);
        using LogFollower? follower = manager is null ? null : new LogFollower(manager, path);
        for (int i = 0; i < mebibytes * 16; i++)
        {
            if (i % 128 == 127) File.Move(path, path + ".old", overwrite: true);
            using (FileStream log = new(path, FileMode.Append)) log.Write(piece);
            if (follower is null) bytes += piece.Length;
            else follower.Poll(span => bytes += span.Length);
        }

        return bytes;
    }
}
