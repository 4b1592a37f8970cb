using Mmap.Spans.Memory;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The truncation guard of this process, which only some systems have.</summary>
internal static class GuardHere
{
    /// <summary>Skips the test where <see cref="Backing.TruncationSafe"/> copies.</summary>
    public static void OrSkip() => Assert.SkipWhen(
        TruncationGuard.Table is null, "There is no truncation guard here, and TruncationSafe copies.");
}
