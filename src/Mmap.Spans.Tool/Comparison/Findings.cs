namespace Mmap.Spans.Tool.Comparison;

/// <summary>The measurements of one file and the recommendations.</summary>
/// <param name="Length">The number of bytes read.</param>
/// <param name="RecordBytes">The length of the random records.</param>
/// <param name="Cached">The part of those bytes that was in the page cache afterwards; null if unknown.</param>
/// <param name="Sequential">The ways to read from start to end.</param>
/// <param name="Random">The ways to read random records.</param>
/// <param name="ScanTrials">The best window scan with other options, the user's own options first.</param>
/// <param name="RecordTrials">The same for records.</param>
/// <param name="ScanAdvice">The recommendation for scans.</param>
/// <param name="RecordAdvice">The recommendation for records.</param>
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
