namespace Mmap.Spans.Tests.Regions;

/// <summary>A model's view of a region.</summary>
internal sealed class ModelRegion(long window, long bytes = 1)
{
    public long Window { get; } = window;

    public long Bytes { get; } = bytes;

    public int References { get; set; }

    /// <summary>True if it serves one lease alone.</summary>
    public bool IsExact { get; init; }

    /// <summary>True if it is off its directory, and ends with its last reference.</summary>
    public bool IsClosing { get; set; }

    /// <summary>True while hits do not count yet.</summary>
    public bool IsFresh { get; set; } = true;

    /// <summary>True if it was used since the clock last looked.</summary>
    public bool IsUsed { get; set; }

    public bool IsProven { get; set; }

    /// <summary>True if the clock's last look found it used.</summary>
    public bool IsUsedAgain { get; set; }

    /// <summary>The bytes that it covers, if the test sets them: the overlap is not charged.</summary>
    public long CoveredBytes { get; set; }

    /// <summary>The bytes that it may come to cover when its file grows.</summary>
    public long RoomBytes { get; set; }

    public int Turns { get; set; }

    public long Stamp { get; set; }

    /// <summary>The stamp with which the window's last region left.</summary>
    public long LeftAt { get; init; }

    /// <summary>One use.</summary>
    public void Touch() => IsUsed |= !IsFresh;

    /// <summary>After a look of the clock: neither fresh nor used.</summary>
    public void Clear() => IsFresh = IsUsed = false;

    public override string ToString() => $"{Window}{(IsFresh ? "?" : IsUsed ? "*" : "")}";
}
