namespace Mmap.Spans;

/// <content>What is refused before anything is touched.</content>
public sealed partial class MappedFile
{
    /// <summary>Refuses everything once this object or its manager is disposed.</summary>
    internal void ThrowIfDisposed()
    {
        // Order: acquire. Stale: as in Dispose.
        if (Volatile.Read(ref _disposed) != 0) throw new ObjectDisposedException(nameof(MappedFile), $"'{Name}' is closed.");
        if (Manager.IsDisposed) throw new ObjectDisposedException(nameof(MapManager), $"The manager of '{Name}' is disposed.");
    }

    /// <summary>Refuses what no file has, for calls that take any place in or behind this one.</summary>
    internal void CheckNotNegative(long offset, long length)
    {
        if (offset < 0) throw Outside(nameof(offset), offset, offset, length, Length);
        if (length < 0) throw Outside(nameof(length), length, offset, length, Length);
    }

    /// <summary>Refuses a range that is not inside the file, before anything is touched.</summary>
    internal void CheckRange(long offset, long length, string offsetName = "offset", string lengthName = "length")
    {
        ThrowIfDisposed();
        long fileLength = Length;
        if (offset < 0 || offset > fileLength) throw Outside(offsetName, offset, offset, length, fileLength);
        if (length < 0 || length > fileLength - offset) throw Outside(lengthName, length, offset, length, fileLength);
    }

    /// <summary>A range inside the file, to its end if no length is given.</summary>
    private FileRange RangeOf(long offset, long? length)
    {
        CheckNotNegative(offset, length ?? 0);
        long bytes = length ?? Math.Max(Length - offset, 0);
        CheckRange(offset, bytes);
        return new FileRange(offset, bytes);
    }

    private ArgumentOutOfRangeException Outside(string parameter, long value, long offset, long length, long fileLength) =>
        new(parameter, value, $"{length} bytes from offset {offset} are not inside '{Name}', which has {fileLength} bytes.");
}
