using Lucene.Net.Store;
using LuceneDirectory = Lucene.Net.Store.Directory;

namespace Mmap.Spans.Lucene;

/// <summary>Opens inputs over ranges of one file. Disposing it closes all of them and their clones.</summary>
/// <param name="file">The file; the slicer owns it.</param>
/// <param name="step">The number of bytes that an input copies at a time.</param>
internal sealed class MappedSlicer(IndexFile file, int step) : LuceneDirectory.IndexInputSlicer
{
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    public override IndexInput OpenSlice(string sliceDescription, long offset, long length)
    {
        if (file.IsClosed)
            throw new ObjectDisposedException(nameof(MappedSlicer), $"The slicer of '{file.Path}' is closed.");
        if (offset < 0 || offset > file.Length) throw Outside(nameof(offset), offset, offset, length);
        if (length < 0 || length > file.Length - offset) throw Outside(nameof(length), length, offset, length);

        string range = $"path=\"{file.Path}\" slice={offset}:{offset + length}";
        string description = $"MappedIndexInput({sliceDescription} in {range})";
        return new MappedIndexInput(description, file, offset, length, step, isOwner: false);
    }

    [Obsolete("Only for reading CFS files from 3.x indexes.")]
    public override IndexInput OpenFullSlice() => OpenSlice("full-slice", 0, file.Length);

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Close();
    }

    private ArgumentOutOfRangeException Outside(string parameter, long value, long offset, long length) =>
        new(
            parameter, value,
            $"The slice of {Amount.Bytes(length)} from {offset} on is not in '{file.Path}', which has {file.Length}.");
}
