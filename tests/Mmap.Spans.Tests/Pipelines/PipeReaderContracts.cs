using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The contract over the framework's reader of a sequence: what a parser may meet anyway.</summary>
public sealed class SequencePipeReaderContract : PipeReaderContract
{
    protected override ReaderTraits Traits => ReaderTraits.Sequence;

    protected override int Chunk => int.MaxValue;

    protected override PipeReader Create(byte[] content) => PipeReader.Create(SegmentedBytes.Of(content, Granule));
}

/// <summary>The contract over the framework's reader of a stream.</summary>
public sealed class StreamPipeReaderContract : PipeReaderContract
{
    protected override ReaderTraits Traits => ReaderTraits.Stream;

    protected override int Chunk => Granule;

    protected override PipeReader Create(byte[] content) =>
        PipeReader.Create(new MemoryStream(content), new StreamPipeReaderOptions(bufferSize: Granule));
}

/// <summary>The contract over ours.</summary>
public abstract class MappedPipeReaderContract(long window, int overlap) : PipeReaderContract
{
    protected override ReaderTraits Traits => ReaderTraits.Ours;

    protected override int Chunk => (int)(window + overlap);

    protected override PipeReader Create(byte[] content)
    {
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = window, Overlap = overlap });
        return OpenBytes(manager, content).CreatePipeReader();
    }
}

/// <summary>The smallest windows, side by side.</summary>
public sealed class MappedPipeReaderWithoutOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 0);

/// <summary>The smallest windows that overlap by a byte.</summary>
public sealed class MappedPipeReaderWithALeastOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 1);

/// <summary>The smallest windows with a common overlap.</summary>
public sealed class MappedPipeReaderWithOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 256);

/// <summary>The smallest windows that overlap wholly.</summary>
public sealed class MappedPipeReaderWithFullOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, LeakCheckedTest.Granule);

/// <summary>Larger windows.</summary>
public sealed class MappedPipeReaderWithLargerWindowsContract() : MappedPipeReaderContract(2 * LeakCheckedTest.Granule, 1000);

/// <summary>A budget of one region, which a reader of short records must do with; longer ones go over it and come back.</summary>
public sealed class MappedPipeReaderWithATinyBudgetContract : PipeReaderContract
{
    protected override ReaderTraits Traits => ReaderTraits.Ours;

    protected override int Chunk => Granule + 256;

    protected override PipeReader Create(byte[] content)
    {
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = 256, MaxMappedBytes = Granule });
        return OpenBytes(manager, content).CreatePipeReader();
    }
}
