namespace Mmap.Spans.Scheduled.Histories;

/// <summary>An operation on a window, with its outcome.</summary>
public enum OperationKind
{
    /// <summary>A lease was taken, on the load with the operation's serial.</summary>
    Lease,

    /// <summary>That lease was ended.</summary>
    Release,

    /// <summary>The window was taken off the directory; the file stays open.</summary>
    Detach,

    /// <summary>The file was closed.</summary>
    Close,

    /// <summary>A lease was asked for, and the answer was that the file is closed.</summary>
    Refused,

    /// <summary>A lease was asked for, and failed for a reason the scenario planned.</summary>
    Failed,
}
