using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The contract over the framework's reader of a sequence, which a parser may meet as well.</summary>
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
public abstract class MappedPipeReaderContract(long window, int overlap, MappedFileOptions? fileOptions = null)
    : PipeReaderContract
{
    protected override ReaderTraits Traits => ReaderTraits.Ours;

    protected override int Chunk => (int)(window + overlap);

    protected virtual MapManagerOptions Options => new() { WindowSize = window, Overlap = overlap };

    protected override PipeReader Create(byte[] content) =>
        OpenBytes(ManagerOf(Options), content, fileOptions).CreatePipeReader();
}

/// <summary>The smallest windows, side by side.</summary>
public sealed class MappedPipeReaderWithoutOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 0);

/// <summary>The smallest windows that overlap by a byte.</summary>
public sealed class MappedPipeReaderWithALeastOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 1);

/// <summary>The smallest windows with a common overlap.</summary>
public sealed class MappedPipeReaderWithOverlapContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 256);

/// <summary>The smallest windows that overlap wholly.</summary>
public sealed class MappedPipeReaderWithFullOverlapContract()
    : MappedPipeReaderContract(LeakCheckedTest.Granule, LeakCheckedTest.Granule);

/// <summary>Larger windows.</summary>
public sealed class MappedPipeReaderWithLargerWindowsContract()
    : MappedPipeReaderContract(2 * LeakCheckedTest.Granule, 1000);

/// <summary>The file looked at before every lease.</summary>
public sealed class MappedPipeReaderThatVerifiesContract() : MappedPipeReaderContract(
    LeakCheckedTest.Granule, 7, new MappedFileOptions { Backing = Backing.Map, Verify = true });

/// <summary>Copies.</summary>
public sealed class MappedPipeReaderOfCopiesContract() : MappedPipeReaderContract(
    LeakCheckedTest.Granule, 256, new MappedFileOptions { Backing = Backing.Copy });

/// <summary>A mapping that survives truncation.</summary>
public sealed class MappedPipeReaderSafeFromTruncationContract() : MappedPipeReaderContract(
    LeakCheckedTest.Granule, 0, new MappedFileOptions { Backing = Backing.TruncationSafe });

/// <summary>A part of a file, at an odd offset.</summary>
public sealed class MappedPipeReaderOfARangeContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 256)
{
    private const int Before = 777, Behind = 333;

    protected override int Chunk => base.Chunk - Before;

    protected override PipeReader Create(byte[] content)
    {
        byte[] all = [.. new byte[Before], .. content, .. new byte[Behind]];
        var range = new MappedPipeReaderOptions { Offset = Before, Length = content.Length };
        return OpenBytes(ManagerOf(Options), all).CreatePipeReader(range);
    }
}

/// <summary>A budget of one window: enough for short records; longer ones exceed it for a while.</summary>
public sealed class MappedPipeReaderWithATinyBudgetContract() : MappedPipeReaderContract(LeakCheckedTest.Granule, 256)
{
    protected override MapManagerOptions Options => base.Options with { MaxMappedBytes = Granule };
}

/// <summary>The same with windows side by side.</summary>
public sealed class MappedPipeReaderInOneWindowContract() : MappedPipeReaderContract(
    LeakCheckedTest.Granule, 0, new MappedFileOptions { Backing = Backing.Map })
{
    protected override MapManagerOptions Options => base.Options with { MaxMappedBytes = Granule };
}
