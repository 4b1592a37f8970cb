namespace Mmap.Spans;

/// <summary>The order in which the bytes of a file will be used.</summary>
public enum AccessPattern
{
    /// <summary>No particular order.</summary>
    Normal,

    /// <summary>From start to end; the system reads further ahead.</summary>
    Sequential,

    /// <summary>Scattered; the system reads no more than requested.</summary>
    Random,
}
