namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Unwinds a thread of a schedule that has failed; thrown by every step that follows the failure.</summary>
internal sealed class ScheduleEndedException : Exception;
