using System.Numerics;

namespace Mmap.Spans.Regions;

/// <summary>
/// The stamps of evicted windows: the clock's memory of the past. It remembers a few windows for each region that was
/// held at once, however long the files are. Used under the gate only.
/// </summary>
/// <remarks>
/// A window's hash selects a line of eight places. In a full line the lowest stamp is dropped, which tells least. A
/// window returns into the ring only if its stamp is above that of the ring's next victim, and that one rises. After
/// the first drop an unknown window counts as one that left long ago, so that the clock learns from it as well.
/// </remarks>
internal sealed class LeftStamps
{
    /// <summary>The stamp of an unknown window: later than no other.</summary>
    public const long LongAgo = 1;

    private const int PlacesALine = 8;
    private const int FewestPlaces = 64 * PlacesALine;

    /// <summary>The number of windows to remember for each region.</summary>
    private const int PlacesARegion = 8;

    private Left[] _places = [];
    private bool _hasDropped;

    /// <summary>The maximum of windows; it grows with the regions, and never shrinks.</summary>
    internal int Places => _places.Length;

    /// <summary>Remembers a window that leaves.</summary>
    /// <param name="file">The number of its directory.</param>
    /// <param name="window">Its index there.</param>
    /// <param name="stamp">The stamp of its region; above 0.</param>
    /// <param name="held">The present number of regions.</param>
    public void Keep(int file, long window, long stamp, int held)
    {
        long wanted = Math.Max(FewestPlaces, (long)PlacesARegion * held);
        if (_places.Length < wanted) Grow((int)BitOperations.RoundUpToPowerOf2((ulong)wanted));
        Put(new Left(KeyOf(file, window), stamp));
    }

    /// <summary>
    /// Takes the stamp with which a window left: <see cref="LongAgo"/> if it is no longer known, 0 if it never left.
    /// </summary>
    public long Take(int file, long window)
    {
        if (_places.Length == 0) return 0;

        ulong key = KeyOf(file, window);
        foreach (ref Left place in LineOf(key))
        {
            if (place.Stamp == 0 || place.Key != key) continue;
            long stamp = place.Stamp;
            place = default;
            return stamp;
        }

        return _hasDropped ? LongAgo : 0;
    }

    private void Grow(int places)
    {
        Left[] old = _places;
        _places = new Left[places];
        foreach (Left place in old)
        {
            if (place.Stamp != 0) Put(place);
        }
    }

    private void Put(Left place)
    {
        Span<Left> line = LineOf(place.Key);
        int lowest = 0;
        for (int at = 1; at < line.Length; at++)
        {
            if (line[at].Stamp < line[lowest].Stamp) lowest = at;
        }

        if (line[lowest].Stamp != 0) _hasDropped = true;
        if (line[lowest].Stamp < place.Stamp) line[lowest] = place;
    }

    private Span<Left> LineOf(ulong key) =>
        _places.AsSpan((int)(key % (ulong)(_places.Length / PlacesALine)) * PlacesALine, PlacesALine);

    /// <summary>
    /// The key of a window. Two windows with one key would share a stamp, which affects the order of eviction only.
    /// </summary>
    private static ulong KeyOf(int file, long window)
    {
        ulong mixed = ((ulong)window + ((ulong)(uint)file << 40)) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 31)) * 0xD6E8FEB86659FD93;
        return mixed ^ (mixed >> 30);
    }

    /// <summary>A window and its stamp; empty if the stamp is 0.</summary>
    private readonly record struct Left(ulong Key, long Stamp);
}
