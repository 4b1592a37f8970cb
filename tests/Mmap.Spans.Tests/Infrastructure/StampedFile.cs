using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Files;
using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>A <see cref="MappedFile"/> over a <see cref="StampedBacking"/>, with windows as small as a test
/// likes.</summary>
internal sealed class StampedFile : IDisposable
{
    /// <summary>Bytes from window to window unless a test says otherwise.</summary>
    public const int Step = 4096;

    private readonly FileEntry _entry;

    public StampedFile(
        MapManager manager, int windows, byte number = 1, int overlap = 0, int step = Step, bool keepsEvents = true)
        : this(manager, new StampedBacking(number, (long)windows * step) { KeepsEvents = keepsEvents }, number,
            overlap, step)
    {
    }

    public StampedFile(MapManager manager, StampedBacking backing, byte number, int overlap, int step = Step)
    {
        Backing = backing;
        string name = $"stamped {number}";
        Directory = new RegionDirectory(manager.Table, WindowGrid.Of(step, overlap), Backing, name, Backing.Length);
        _entry = Entry(Directory, number);
        File = new MappedFile(manager, new FileUse(manager.Files, _entry, name, isVerified: false));
    }

    public MappedFile File { get; }

    public StampedBacking Backing { get; }

    public RegionDirectory Directory { get; }

    public RegionTable Table => Directory.Table;

    /// <summary>An entry of a file that has no handle.</summary>
    public static FileEntry Entry(RegionDirectory directory, byte number = 0)
    {
        var identity = new FileIdentity(0, number, 0, directory.Name);
        var handle =
            new FileHandle(new HandleBudget(1), new SafeFileHandle(), directory.Name, AccessPattern.Normal, identity,
                ownsHandle: true);
        return new FileEntry(Mmap.Spans.Backing.Map, handle, directory) { Openers = 1 };
    }

    /// <summary>A manager whose budget holds that many windows of the default step.</summary>
    public static MapManager Manager(int budget, OverBudget overBudget = OverBudget.Exceed, int maxRegions = 1000) =>
        new(new MapManagerOptions
        {
            WindowSize = Step,
            Overlap = 0,
            MaxMappedBytes = (long)budget * Step,
            OverBudget = overBudget,
            MaxRegions = maxRegions
        });

    /// <summary>Loads a window if need be, and uses it once.</summary>
    public void Use(int window) => Table.Release(Table.Acquire(Directory, window));

    /// <summary>Uses windows, one after the other.</summary>
    public void Use(params ReadOnlySpan<int> windows)
    {
        foreach (int window in windows) Use(window);
    }

    /// <summary>The windows in memory now, ascending.</summary>
    public int[] Windows => [.. Backing.Loaded.Select(offset => (int)(offset / Directory.Grid.Step))];

    /// <summary>Closes the file as its last opener does.</summary>
    public void Close()
    {
        File.Dispose();
        _entry.Close();
    }

    /// <summary>Takes a new length of the file.</summary>
    public void ResizeTo(long length)
    {
        Backing.Length = length;
        _entry.Look();
    }

    public void Dispose()
    {
        Close();
        Backing.Dispose();
    }
}
