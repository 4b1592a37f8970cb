using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Mmap.Spans.TestChild;

/// <summary>Undisposed files and streams.</summary>
internal static class Forgetting
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(50);

#pragma warning disable MMS001, MMS005 // Forgotten on purpose, all of them.
    /// <summary>Each call's last use of the file is the one that is looked at.</summary>
    private static readonly Dictionary<string, Func<MappedFile, byte>> s_lastUses = new()
    {
        ["span"] = static file =>
        {
            using SpanLease lease = file.LeaseSpan(100_000, 8);
            return lease.Span[0];
        },
        ["up to"] = static file =>
        {
            using SpanLease lease = file.LeaseSpanUpTo(100_000, 8);
            return lease.Span[0];
        },
        ["memory"] = static file =>
        {
            using MemoryLease lease = file.LeaseMemory(100_000, 8);
            return lease.Span[0];
        },
        ["sequence"] = static file =>
        {
            using SequenceLease lease = file.LeaseSequence(100_000, 80_000);
            return lease.Sequence.FirstSpan[0];
        },
        ["value"] = static file => file.Read<byte>(100_000),
        ["copy"] = static file =>
        {
            byte[] bytes = new byte[80_000];
            Check.That(file.CopyTo(100_000, bytes) == bytes.Length, "All are copied.");
            return bytes[0];
        },
        ["read"] = static file =>
        {
            byte[] bytes = new byte[1];
            file.Read(100_000, bytes);
            return bytes[0];
        },
        ["reader"] = static file =>
        {
            using SpanLease lease = file.CreateReader().LeaseSpan(100_000, 8);
            return lease.Span[0];
        },
        ["cursor"] = static file =>
        {
            WindowCursor cursor = file.CreateCursor();
            cursor.MoveTo(100_000);
            return cursor.Span[0];
        },
        ["cursor's span"] = static file => file.CreateCursor().GetSpan(100_000, 8)[0],
        ["buffer"] = static file => file.CreateBuffer()[100_000],
        ["buffer's value"] = static file => file.CreateBuffer().Read<byte>(100_000),
        ["stream"] = static file =>
        {
            byte[] bytes = new byte[80_000];
            file.OpenStream(100_000).ReadExactly(bytes);
            return bytes[0];
        },
        ["stream's byte"] = static file => (byte)file.OpenStream(100_000).ReadByte(),
        ["stream's copy"] = static file =>
        {
            var copy = new MemoryStream();
            file.OpenStream(100_000, 80_000).CopyTo(copy);
            return copy.GetBuffer()[0];
        },
        ["stream's copy to who collects"] = static file =>
        {
            var copy = new CollectingStream();
            file.OpenStream(100_000, 80_000).CopyTo(copy);
            return copy.GetBuffer()[0];
        },
        ["pipe reader"] = static file =>
        {
            PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = 100_000 });
            Check.That(reader.TryRead(out ReadResult result), "There is something to read.");
            return result.Buffer.FirstSpan[0];
        },
        ["load"] = static file =>
        {
            file.LoadAsync(0, file.Length).GetAwaiter().GetResult();
            return file.Read<byte>(100_000);
        },
        ["refresh"] = static file =>
        {
            byte value = file.Read<byte>(100_000);
            Check.That(file.Refresh() == FileChange.Unchanged, "Nothing has changed.");
            return value;
        },
    };
#pragma warning restore MMS001, MMS005

    /// <summary>Opens files, reads, forgets them and deletes them; then nothing may be left of them after a
    /// collection.</summary>
    public static void Forget(string[] args)
    {
        string folder = args[0];
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 65_536, Overlap = 0 });
        long files = Check.Number(args[1]);
        byte[] content = new byte[200_000];
        new Random(1).NextBytes(content);
        // So that none is ended before all are counted.
        Check.That(GC.TryStartNoGCRegion(64 << 20), "No collection for a while.");
        for (int i = 0; i < files; i++) Use(manager, Path.Combine(folder, $"{i}"), content, i);
        Check.Report("before", Handles(folder));
        GC.EndNoGCRegion();
        Directory.Delete(folder, recursive: true);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Threads of the pool close the files, without a signal afterwards.
        SpinWait.SpinUntil(() => Handles(folder) + Mappings(folder) == 0, s_limit);

        Check.Report("handles", Handles(folder));
        Check.Report("mappings", Mappings(folder));
        Check.Report("files", manager.GetStatistics().OpenFiles);
        Check.Report("regions", manager.GetStatistics().Regions);
        Check.Report("references", manager.GetStatistics().LiveHeapLeases);
    }

    /// <summary>
    /// Calls on a file that is not used afterwards, while the collector runs in the middle of each: the file stays
    /// until the call is through.
    /// </summary>
    public static void UseLast(string[] args)
    {
        string path = args[0];
        byte[] content = File.ReadAllBytes(path);
        long reads = 0;
        foreach ((string call, Func<MappedFile, byte> use) in s_lastUses)
        {
            Check.That(UseLast(path, use, isFull: false, out _) == content[100_000], call);
            Check.That(UseLast(path, use, isFull: true, out long read) == content[100_000], $"{call}, in a full table");
            reads += read;
        }

        Check.Report("calls", s_lastUses.Count);
        Check.Report("reads", reads);
    }

    /// <summary>One call. In a full table it is served by a read where that can be.</summary>
    private static byte UseLast(string path, Func<MappedFile, byte> use, bool isFull, out long reads)
    {
        reads = 0;
        MapManager? manager = null;
        MapManagerOptions options = new() { WindowSize = 65_536, Overlap = 0 };
        using (manager = new MapManager(isFull ? options with { MaxMappedBytes = 65_536 } : options)
        {
            WrapBacking = backing => new CollectingBacking(backing, Collect),
        })
        {
            Backing backing = isFull ? Backing.Auto : Backing.Map;
            if (!isFull) return UseLast(manager, path, backing, use);
            // Another opener, with regions of its own: what it holds fills the table.
            using MappedFile other = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
            using MemoryLease held = other.LeaseMemory(0, 1);
            byte value = UseLast(manager, path, backing, use);
            reads = manager.GetStatistics().Copies;
            return value;
        }

        void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // The wait gives time for the event that must not happen.
            int others = isFull ? 1 : 0;
            SpinWait.SpinUntil(() => manager!.GetStatistics().OpenFiles == others, s_patience);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
#pragma warning disable MMS001 // Forgotten on purpose.
    private static byte UseLast(MapManager manager, string path, Backing backing, Func<MappedFile, byte> use) =>
        use(manager.Open(path, new MappedFileOptions { Backing = backing, Verify = true }));
#pragma warning restore MMS001

    /// <summary>One of four ways to use a file and forget it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(MapManager manager, string path, byte[] content, int way)
    {
        File.WriteAllBytes(path, content);
        // Forgotten on purpose, all of them.
#pragma warning disable MMS001
        Backing backing = way % 8 < 4 ? Backing.Map : Backing.Copy;
        MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
        switch (way % 4)
        {
            case 0:
                using (SpanLease lease = file.LeaseSpan(100_000, 8))
                    Check.That(lease.Span[0] == content[100_000], "lease");
                break;
            case 1:
                Stream stream = file.OpenStream(100_000);
                Check.That(stream.ReadByte() == content[100_000], "stream");
                break;
            case 2:
                file.Dispose();
                Check.That(manager.OpenStream(path).ReadByte() == content[0], "stream by path");
                break;
            default:
                using (WindowCursor cursor = file.CreateCursor())
                {
                    cursor.MoveTo(150_000);
                    Check.That(cursor.Span[0] == content[150_000], "cursor");
                }

                break;
        }
#pragma warning restore MMS001
    }

    private static int Handles(string folder) =>
        Directory.GetFiles("/proc/self/fd")
            .Count(descriptor => Target(descriptor).StartsWith(folder, StringComparison.Ordinal));

    private static int Mappings(string folder) =>
        File.ReadLines("/proc/self/maps").Count(line => line.Contains(folder, StringComparison.Ordinal));

    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName ?? "";
        }
        catch (FileNotFoundException)
        {
            // The one that lists them.
            return "";
        }
    }

    /// <summary>A copy of what is written, whose writer may be collected before it is taken.</summary>
    private sealed class CollectingStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // A thread of the pool would release the window.
            using var through = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.Set(), through, preferLocal: false);
            through.Wait();
            base.Write(buffer);
        }
    }
}
