using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Files under <see cref="Backing.TruncationSafe"/> that one thread cuts at random pages and makes whole again, while
/// the others read them by every kind of lease. A wrong byte is an error unless the lease complains.
/// </summary>
/// <remarks>Cut at pages only: a cut inside a page cannot be detected. A fault that gets away ends the
/// process.</remarks>
internal sealed class TruncationStress : Stress
{
    private const int WindowBytes = 32 << 10, FileBytes = 1 << 20, Files = 2;

    private static readonly int s_page = Environment.SystemPageSize;

    private readonly MapManager _manager;
    private readonly byte[] _content = new byte[FileBytes];
    private readonly string[] _paths = new string[Files];
    private readonly MappedFile[] _files = new MappedFile[Files];
    private readonly SafeFileHandle[] _handles = new SafeFileHandle[Files];

    public TruncationStress(StressPlan plan)
        : base(plan)
    {
        new Random(plan.Seed).NextBytes(_content);
        // A lost byte reads as 0, so no byte of the file is.
        foreach (ref byte value in _content.AsSpan()) value = Math.Max(value, (byte)1);
        var options = new MapManagerOptions
        {
            WindowSize = WindowBytes,
            Overlap = 8 * plan.Overlap,
            // Every other plan keeps most of the files in memory, so that a cut takes much from under its readers.
            MaxMappedBytes = (plan.Seed % 2 == 0 ? 2L : 16L) * plan.Budget * (WindowBytes + 8 * plan.Overlap),
        };
        _manager = new MapManager(options);
        for (int i = 0; i < Files; i++)
        {
            _paths[i] = Path.Combine(Path.GetTempPath(), $"mmap-spans-{Guid.NewGuid():N}.bin");
            System.IO.File.WriteAllBytes(_paths[i], _content);
            const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;
            _handles[i] = System.IO.File.OpenHandle(_paths[i], FileMode.Open, FileAccess.ReadWrite, Anybody);
            _files[i] = _manager.Open(_paths[i], new MappedFileOptions { Backing = Backing.TruncationSafe });
        }
    }

    protected override int Threads => Plan.Threads + 1;

    protected override void Turn(int thread, Random random)
    {
        int which = random.Next(Files);
        if (thread == 0) Cut(_handles[which], random);
        else Read(_files[which], random);
    }

    protected override void Verify()
    {
        foreach (MappedFile file in _files) file.Dispose();
        MapStatistics left = _manager.GetStatistics();
        bool none = left is { MappedBytes: 0, Regions: 0, OpenFiles: 0, OpenHandles: 0, LiveHeapLeases: 0 };
        Require(none, $"All is closed, and this is held: {left}");
        if (!OperatingSystem.IsLinux()) return;
        string maps = System.IO.File.ReadAllText("/proc/self/maps");
        bool mapped = _paths.Any(path => maps.Contains(path, StringComparison.Ordinal));
        Require(!mapped, "All is closed, and a file is mapped.");
    }

    public override void Dispose()
    {
        _manager.Dispose();
        foreach (SafeFileHandle handle in _handles) handle.Dispose();
        foreach (string path in _paths) System.IO.File.Delete(path);
    }

    private void Cut(SafeFileHandle handle, Random random)
    {
        int kept = random.Next(FileBytes / s_page) * s_page;
        RandomAccess.SetLength(handle, kept);
        Plan.Pause(random);
        RandomAccess.Write(handle, _content.AsSpan(kept), kept);
    }

    /// <summary>
    /// Reads a range by some way; that the file has changed is an answer, and so are all of its bytes.
    /// </summary>
    private void Read(MappedFile file, Random random)
    {
        int offset = random.Next(FileBytes - 1);
        int length = random.Next(1, Math.Min(FileBytes - offset, random.Next(2) == 0 ? 8 * WindowBytes : 20_000));
        try
        {
            switch (random.Next(8))
            {
                case 0 or 1: ReadSpan(file, offset, length, random); break;
                case 2: ReadMemory(file, offset, length, random); break;
                case 3: ReadSequence(file, offset, length, random); break;
                case 4: ReadCursor(file, offset, length, random); break;
                case 5: ReadPipe(file, offset, length, random); break;
                case 6: ReadStream(file, offset, length); break;
                default: ReadBuffer(file, offset, length); break;
            }
        }
        catch (FileChangedException)
        {
            Plan.Pause(random);
        }
    }

    private void ReadSpan(MappedFile file, int offset, int length, Random random)
    {
        SpanLease lease = file.LeaseSpan(offset, length);
        bool right = IsRight(lease.Span, offset, random);
        lease.Dispose();
        Require(right, "A span lease showed bytes that are not the file's, and said nothing.");
    }

    private void ReadMemory(MappedFile file, int offset, int length, Random random)
    {
        MemoryLease lease = file.LeaseMemory(offset, length);
        bool right = IsRight(lease.Span, offset, random);
        lease.Dispose();
        Require(right, "A memory lease showed bytes that are not the file's, and said nothing.");
    }

    private void ReadSequence(MappedFile file, int offset, int length, Random random)
    {
        SequenceLease lease = file.LeaseSequence(offset, length);
        bool right = AreRight(lease.Sequence, offset, random);
        lease.Dispose();
        Require(right, "A sequence lease showed bytes that are not the file's, and said nothing.");
    }

    private void ReadCursor(MappedFile file, int offset, int length, Random random)
    {
        using WindowCursor cursor = file.CreateCursor();
        for (long at = offset, end = offset + length; at < end && cursor.MoveTo(at, end - at);)
        {
            at = cursor.End;
            bool right = IsRight(cursor.Span, (int)cursor.Offset, random);
            if (random.Next(2) == 0) cursor.ThrowIfUnreadable();
            else cursor.Release();
            Require(right, "A cursor showed bytes that are not the file's, and said nothing.");
        }
    }

    private void ReadPipe(MappedFile file, int offset, int length, Random random)
    {
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = offset, Length = length });
        try
        {
            while (reader.TryRead(out ReadResult result))
            {
                bool right = AreRight(result.Buffer, (int)file.GetOffset(result.Buffer.Start), random);
                reader.AdvanceTo(result.Buffer.End);
                Require(right, "A reader showed bytes that are not the file's, and said nothing.");
                if (result.IsCompleted) break;
            }
        }
        finally
        {
            reader.Complete();
        }
    }

    private void ReadStream(MappedFile file, int offset, int length)
    {
        byte[] read = new byte[length];
        using Stream stream = file.OpenStream(offset, length);
        stream.ReadExactly(read);
        bool right = read.AsSpan().SequenceEqual(_content.AsSpan(offset, length));
        Require(right, "A stream gave bytes that are not the file's.");
    }

    private void ReadBuffer(MappedFile file, int offset, int length)
    {
        using MappedBuffer buffer = file.CreateBuffer(offset, length);
        bool right = buffer.ToArray(0, length).AsSpan().SequenceEqual(_content.AsSpan(offset, length));
        Require(right, "A buffer gave bytes that are not the file's.");
    }

    private bool AreRight(ReadOnlySequence<byte> sequence, int offset, Random random)
    {
        bool right = true;
        foreach (ReadOnlyMemory<byte> part in sequence)
        {
            right &= IsRight(part.Span, offset, random);
            offset += part.Length;
        }

        return right;
    }

    /// <summary>True if the bytes are the file's, as one of several readers sees them.</summary>
    private bool IsRight(ReadOnlySpan<byte> shown, int offset, Random random)
    {
        ReadOnlySpan<byte> expected = _content.AsSpan(offset, shown.Length);
        return random.Next(5) switch
        {
            0 => shown.SequenceEqual(expected),
            1 => SHA256.HashData(shown).AsSpan().SequenceEqual(SHA256.HashData(expected)),
            2 => !shown.Contains((byte)0),
            3 => Encoding.UTF8.GetCharCount(shown) == Encoding.UTF8.GetCharCount(expected),
            _ => shown.ToArray().AsSpan().SequenceEqual(expected),
        };
    }
}
