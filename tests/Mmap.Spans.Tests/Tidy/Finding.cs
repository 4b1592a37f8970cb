namespace Mmap.Spans.Tests.Tidy;

/// <summary>One place where a rule does not hold.</summary>
/// <param name="Key">The key in a list of exemptions: a file, a folder, a member or an arrow.</param>
/// <param name="Place">The place to look at.</param>
internal readonly record struct Finding(string Key, string Place);
