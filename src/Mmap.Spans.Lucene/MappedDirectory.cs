using Lucene.Net.Store;

namespace Mmap.Spans.Lucene;

/// <summary>
/// A directory of index files that are read through mapped windows, within the budget of a <see cref="MapManager"/>.
/// It takes the place of <see cref="MMapDirectory"/>. Thread-safe.
/// </summary>
/// <remarks>
/// <para><b>Closing.</b> Lucene never disposes the clones and slices that a search makes. They pin nothing: a budget is
/// kept without them, and a forgotten one costs its object. Disposing the input that <see cref="OpenInput"/> gave, or
/// the slicer, makes all its clones and slices throw <see cref="ObjectDisposedException"/>. A read that runs meanwhile
/// on another thread ends with the right bytes or with that exception.</para>
/// <para><b>Deleting.</b> On Unix a file can be deleted while it is open; its readers go on. On Windows the system
/// refuses to delete a file that is mapped, and Lucene tries again at a later commit.</para>
/// <para><b>Writing</b> is that of <see cref="FSDirectory"/>. An index file is written once, so no mapped file is cut.
/// Whoever truncates the files of an open index by other means ends this process; <see cref="MappedFile"/> tells
/// why.</para>
/// </remarks>
public sealed class MappedDirectory : FSDirectory
{
    /// <summary>Makes a directory over a folder, which is created with the first file that is written.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="lockFactory">Who locks the index; a <see cref="NativeFSLockFactory"/> unless given.</param>
    /// <param name="manager">
    /// Whose budget the windows are charged to; <see cref="MapManager.Shared"/> unless given. Several directories may
    /// have one manager. The directory does not dispose it; after its end an input throws
    /// <see cref="ObjectDisposedException"/>.
    /// </param>
    /// <exception cref="IOException">The path is no folder.</exception>
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

    /// <summary>The manager whose budget the windows are charged to.</summary>
    public MapManager Manager { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="name">The name of the file in this folder.</param>
    /// <param name="context">What Lucene reads it for: a merge takes larger steps.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ObjectDisposedException">The directory or its manager is disposed.</exception>
    public override IndexInput OpenInput(string name, IOContext context)
    {
        int step = StepFor(context);
        IndexFile file = OpenFile(name);
        string description = $"MappedIndexInput(path=\"{file.Path}\")";
        return new MappedIndexInput(description, file, 0, file.Length, step, isOwner: true);
    }

    /// <summary>Opens a file from which slices are read, as compound files are.</summary>
    /// <inheritdoc cref="OpenInput"/>
    public override IndexInputSlicer CreateSlicer(string name, IOContext context)
    {
        int step = StepFor(context);
        return new MappedSlicer(OpenFile(name), step);
    }

    /// <summary>The bytes that an input copies at a time, which are Lucene's own figures.</summary>
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
