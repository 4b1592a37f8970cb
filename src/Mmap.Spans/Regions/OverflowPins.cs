namespace Mmap.Spans.Regions;

/// <summary>
/// The references that the calling thread holds for span leases which found no free slot, or whose region is exact.
/// </summary>
/// <remarks>Tokens count down from -1, so that none is a slot's, which count up from 1.</remarks>
internal static class OverflowPins
{
    private readonly record struct Kept(long Token, Region Region, IDisposable? Record);

    [ThreadStatic]
    private static List<Kept>? t_kept;

    [ThreadStatic]
    private static long t_lastToken;

    /// <summary>Notes a reference as a pin of the calling thread.</summary>
    /// <returns>The token that gives it back.</returns>
    public static long Keep(Region region, IDisposable? record = null)
    {
        long token = --t_lastToken;
        (t_kept ??= []).Add(new Kept(token, region, record));
        return token;
    }

    /// <summary>Gives the reference of a token back.</summary>
    /// <returns>False, with nothing done, if that was done before.</returns>
    public static bool Release(long token)
    {
        if (t_kept is not { } pins) return false;
        int index = pins.FindLastIndex(pin => pin.Token == token);
        if (index < 0) return false;

        Kept kept = pins[index];
        pins.RemoveAt(index);
        kept.Record?.Dispose();
        kept.Region.Directory.Table.Release(kept.Region);
        return true;
    }
}
