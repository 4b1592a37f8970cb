namespace Mmap.Spans.Memory;

/// <summary>Stands for what knows of lost bytes; the mappings here are made up and lose none.</summary>
internal sealed class WatchedMapping;
