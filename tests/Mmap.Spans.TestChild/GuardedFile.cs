using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>
/// A file of known bytes that a scenario maps under the truncation guard, cuts and makes whole again.
/// </summary>
internal sealed class GuardedFile : IHandleSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    public GuardedFile(string path, int pages, int seed)
    {
        Name = path;
        Content = new byte[pages * Environment.SystemPageSize];
        new Random(seed).NextBytes(Content);
        // A line of text in each page, so that it can be decoded. No byte is 0, the value of a lost byte.
        foreach (ref byte value in Content.AsSpan()) value = (byte)(32 + value % 90);
        File.WriteAllBytes(path, Content);
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var pool = new PagePool(long.MaxValue);
        Backing = new TruncationSafeBacking(this, int.MaxValue, why => Refused = why, pool);
    }

    public string Name { get; }

    public AccessPattern Access => AccessPattern.Normal;

    /// <summary>The bytes of the whole file.</summary>
    public byte[] Content { get; }

    public TruncationSafeBacking Backing { get; }

    /// <summary>The reason why mappings are refused; null if they are not.</summary>
    public string? Refused { get; private set; }

    public SafeFileHandle Rent() => _handle;

    public void Return(SafeFileHandle handle)
    {
    }

    /// <summary>Makes the file shorter.</summary>
    public void CutTo(long length) => RandomAccess.SetLength(_handle, length);

    /// <summary>Makes the file what it was.</summary>
    public void MakeWhole() => RandomAccess.Write(_handle, Content, 0);

    /// <summary>The content with zeroes from an offset on.</summary>
    public byte[] CutContent(int length)
    {
        byte[] cut = (byte[])Content.Clone();
        cut.AsSpan(length).Clear();
        return cut;
    }

    /// <summary>A mapping of all of it, which is watched.</summary>
    public RegionMemory LoadAll()
    {
        RegionMemory memory = Backing.Load(0, Content.Length);
        Check.That(memory.Watch is not null, $"The mapping is watched: {Refused}");
        return memory;
    }

    /// <summary>The bytes of a mapping.</summary>
    // SAFETY: loaded by the caller and not unloaded before the last use.
    public static unsafe ReadOnlySpan<byte> Bytes(in RegionMemory memory) => new((byte*)memory.Address, memory.Length);

    /// <summary>The mappings of the file in this process.</summary>
    public int Mappings() =>
        File.ReadLines("/proc/self/maps").Count(line => line.Contains(Name, StringComparison.Ordinal));

    public void Dispose() => _handle.Dispose();
}
