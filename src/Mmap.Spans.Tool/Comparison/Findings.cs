namespace Mmap.Spans.Tool.Comparison;

/// <summary>What was measured of one file, and what follows.</summary>
/// <param name="Length">How many of its bytes were read.</param>
/// <param name="RecordBytes">How long the records were that were read here and there.</param>
/// <param name="Cached">The part of them that was in the system's cache afterwards; null where that is not known.</param>
/// <param name="Sequential">The ways from start to end.</param>
/// <param name="Random">The ways to records here and there.</param>
/// <param name="ScanTrials">The best scan of ours with other options, the user's own first.</param>
/// <param name="RecordTrials">The same for records.</param>
/// <param name="ScanAdvice">What follows for scans.</param>
/// <param name="RecordAdvice">What follows for records.</param>
internal sealed record Findings(
    long Length,
    int RecordBytes,
    double? Cached,
    Contest Sequential,
    Contest Random,
    List<(Setting Setting, Timing Timing)> ScanTrials,
    List<(Setting Setting, Timing Timing)> RecordTrials,
    Advice ScanAdvice,
    Advice RecordAdvice);
