using Mmap.Spans.Tests.Consumers;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Pipelines;

namespace Mmap.Spans.Tests.Memory;

// Correct programs do not notice guard: tests of other classes, run once more with it.

/// <summary>The contract of pipe readers under guard.</summary>
public sealed class GuardedPipeReaderContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 256)
{
    protected override ReaderTraits Traits => ReaderTraits.OursGuarded;

    protected override bool Guarded => true;
}

/// <summary>Lines by every usual way, under guard.</summary>
public sealed class GuardedLineParsingTests : LineParsingTests
{
    protected override bool Guarded => true;
}

/// <summary>JSON under guard.</summary>
public sealed class GuardedJsonTests : JsonTests
{
    protected override bool Guarded => true;
}

/// <summary>Archives and hashes under guard.</summary>
public sealed class GuardedArchiveAndHashTests : ArchiveAndHashTests
{
    protected override bool Guarded => true;
}

/// <summary>Streams under guard.</summary>
public sealed class GuardedMappedStreamTests : MappedStreamTests
{
    protected override bool Guarded => true;
}

/// <summary>Copies of streams under guard.</summary>
public sealed class GuardedMappedStreamCopyTests : MappedStreamCopyTests
{
    protected override bool Guarded => true;
}
