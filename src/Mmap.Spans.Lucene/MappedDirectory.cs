using Lucene.Net.Store;

namespace Mmap.Spans.Lucene;

/// <summary>
/// A directory of index files, read through mapped windows within the budget of a <see cref="MapManager"/>. Replaces
/// <see cref="MMapDirectory"/>. Thread-safe.
/// </summary>
/// <remarks>
/// <para><b>Closing.</b> Lucene never disposes the clones and slices that a search makes. They pin nothing, so they do
/// not hold the budget, and a forgotten one costs only its object. After the input from <see cref="OpenInput"/> or the
/// slicer is disposed, its clones and slices throw <see cref="ObjectDisposedException"/>. A concurrent read on another
/// thread returns the right bytes or throws that exception.</para>
/// <para><b>Deleting.</b> On Unix an open file can be deleted; its readers continue. On Windows the system refuses to
/// delete a mapped file, and Lucene tries again at a later commit.</para>
/// <para><b>Writing</b> is that of <see cref="FSDirectory"/>. An index file is written once, so no mapped file is
/// truncated. If another program truncates the files of an open index, the system may end this process; <see
/// cref="MappedFile"/> explains why.</para>
/// </remarks>
public sealed class MappedDirectory : FSDirectory
{
    /// <summary>Makes a directory over a folder. The folder is created with the first file written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="lockFactory">The lock factory of the index; by default a <see cref="NativeFSLockFactory"/>.</param>
    /// <param name="manager">The manager whose budget limits the windows; by default <see cref="MapManager.Shared"/>.
    /// Several directories may share one manager. The directory does not dispose it. After its disposal an input throws
    /// <see cref="ObjectDisposedException"/>.</param>
    /// <exception cref="IOException">The path is not a folder.</exception>
    public MappedDirectory(DirectoryInfo path, LockFactory? lockFactory = null, MapManager? manager = null)
        : base(path, lockFactory)
    {
        Manager = manager ?? MapManager.Shared;
    }

    /// <inheritdoc cref="MappedDirectory(DirectoryInfo, LockFactory?, MapManager?)"/>
    public MappedDirectory(string path, LockFactory? lockFactory = null, MapManager? manager = null)
        : this(new DirectoryInfo(path), lockFactory, manager)
    {
    }

    /// <summary>The manager whose budget limits the windows.</summary>
    public MapManager Manager { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="name">The name of the file in this folder.</param>
    /// <param name="context">The purpose of the reads: a merge reads in larger steps.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ObjectDisposedException">The directory or its manager is disposed.</exception>
    public override IndexInput OpenInput(string name, IOContext context)
    {
        int step = StepFor(context);
        IndexFile file = OpenFile(name);
        string description = $"MappedIndexInput(path=\"{file.Path}\")";
        return new MappedIndexInput(description, file, 0, file.Length, step, isOwner: true);
    }

    /// <summary>Opens a file for reads of slices, as compound files need.</summary>
    /// <inheritdoc cref="OpenInput"/>
    public override IndexInputSlicer CreateSlicer(string name, IOContext context)
    {
        int step = StepFor(context);
        return new MappedSlicer(OpenFile(name), step);
    }

    /// <summary>The bytes that an input copies at a time; the numbers are Lucene's own.</summary>
    private static int StepFor(IOContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return BufferedIndexInput.GetBufferSize(context);
    }

    private IndexFile OpenFile(string name)
    {
        EnsureOpen();
        return new IndexFile(Manager.Open(Path.Combine(m_directory.FullName, name)));
    }
}
