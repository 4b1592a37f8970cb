using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The tests that run when no other does, because they measure the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The name of the collection.</summary>
    public const string Name = "alone";
}
