namespace Mmap.Spans.Tool.Search;

/// <summary>A matching line: <c>[Start, End)</c> of the file, without its line feed.</summary>
/// <param name="Start">The offset of its first byte.</param>
/// <param name="End">One past its last byte: its line feed, or the end of the file.</param>
/// <param name="Number">The line number from 1; 0 if lines are not numbered.</param>
internal readonly record struct FoundLine(long Start, long End, long Number);
