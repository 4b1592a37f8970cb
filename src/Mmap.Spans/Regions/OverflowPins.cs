namespace Mmap.Spans.Regions;

/// <summary>
/// The references that the calling thread holds for span leases without a free slot, or on an exact region.
/// </summary>
/// <remarks>Tokens count down from -1, so that none equals a slot's token; those count up from 1.</remarks>
internal static class OverflowPins
{
    private readonly record struct Kept(long Token, Region Region, IDisposable? Record);

    [ThreadStatic]
    private static List<Kept>? t_kept;

    [ThreadStatic]
    private static long t_lastToken;

    /// <summary>Records a reference as a pin of the calling thread.</summary>
    /// <returns>The token that releases it.</returns>
    public static long Keep(Region region, IDisposable? record = null)
    {
        long token = --t_lastToken;
        (t_kept ??= []).Add(new Kept(token, region, record));
        return token;
    }

    /// <summary>Releases the reference of a token.</summary>
    /// <returns>False, with nothing done, if it was released before.</returns>
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
