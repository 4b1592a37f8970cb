namespace Mmap.Spans;

/// <summary>In what order the bytes of a file will be used.</summary>
public enum AccessPattern
{
    /// <summary>No particular order.</summary>
    Normal,

    /// <summary>From the front to the end; the system reads further ahead.</summary>
    Sequential,

    /// <summary>Here and there; the system reads no more than it is asked for.</summary>
    Random,
}
