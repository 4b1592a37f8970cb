namespace Mmap.Spans.Tests.Tidy;

/// <summary>A type of one room that names a type of another.</summary>
internal readonly record struct Arrow(string FromRoom, string ToRoom, string From, string To, string Place);
