namespace Mmap.Spans.Tests.Stress;

/// <summary>A stress found something broken. The message begins with kind and seed.</summary>
internal sealed class StressFailedException(string message, Exception inner) : Exception(message, inner);
