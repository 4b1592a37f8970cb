namespace Mmap.Spans.Tests.Tidy;

/// <summary>One place where a rule does not hold.</summary>
/// <param name="Key">What a list of exemptions names: a file, a folder, a member or an arrow.</param>
/// <param name="Place">Where to look.</param>
internal readonly record struct Finding(string Key, string Place);
