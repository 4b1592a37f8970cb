namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Something that must never happen has happened.</summary>
public sealed class ProtocolBrokenException(string message) : Exception(message);
