namespace Mmap.Spans.Samples;

/// <summary>
/// Follows a log over its rotation, as <c>tail -F</c> does: by rename, where the old file is read to its end before the
/// new one is begun, and by copying and cutting, where it begins anew at the front.
/// </summary>
/// <remarks>
/// Copies, because a log may be cut while it is read. What no follower can see: a file that comes and goes between two
/// calls, what is cut unread, and a cut after which the log is longer than before at the next call. For one thread at a
/// time.
/// </remarks>
public sealed class LogFollower(MapManager manager, string path) : IDisposable
{
    private MappedFile _log = manager.Open(path, s_options);
    private long _position;

    private static readonly MappedFileOptions s_options = new() { Backing = Backing.Copy };

    /// <summary>Hands over what has come since the last call, in order; a line may be in two pieces.</summary>
    public void Poll(SpanAction consume)
    {
        while (true)
        {
            FileChange change = _log.Refresh();
            // What is there now was written after the cut.
            if (change == FileChange.Rewritten || _log.Length < _position) _position = 0;
            try
            {
                ReadToEnd(consume);
            }
            catch (FileChangedException)
            {
                // Cut or written to between the look and the read: the next look tells how.
                continue;
            }

            if (change != FileChange.Replaced || TryOpen() is not { } next) return;
            // All of the old file is read, and its name is a new one's.
            _log.Dispose();
            _log = next;
            _position = 0;
        }
    }

    /// <summary>Ends the following.</summary>
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
            // Renamed once more, and not made again yet.
            return null;
        }
    }

    /// <summary>Takes bytes that are valid during the call.</summary>
    public delegate void SpanAction(ReadOnlySpan<byte> bytes);
}
