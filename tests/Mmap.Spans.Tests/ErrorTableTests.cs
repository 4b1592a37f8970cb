using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

#pragma warning disable MMS001, MMS005 // What is made here throws as it is used, or holds nothing.

namespace Mmap.Spans.Tests;

/// <summary>
/// The table of errors: the answer to each wrong input and each event. The answer names file, range and limit, and the
/// failed call leaves nothing behind.
/// </summary>
public sealed class ErrorTableTests : IDisposable
{
    private const int Window = 65536;
    private const int Length = 3 * Window;

    private readonly SampleFile _sample = SampleFile.OfLength(Length);
    private readonly string _folder = Directory.CreateTempSubdirectory("mmap-spans-").FullName;

    /// <summary>One row: a call and its answer.</summary>
    /// <param name="Act">The call; the file is open on the sample and some leases may be taken.</param>
    /// <param name="Thrown">The exact type.</param>
    /// <param name="Parameter">The parameter's name, if it is one.</param>
    /// <param name="Says">The text that the message contains; {file} is the sample's path, {folder} a folder's.</param>
    private sealed record Row(Action<ErrorTableTests, MapManager, MappedFile> Act, Type Thrown,
        string? Parameter = null, params string[] Says);

    private static readonly Dictionary<string, Row> s_rows = Rows();

    public static TheoryData<string> Names() => [.. s_rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheAnswerIsTheOneOfTheTableAndNothingIsLeft(string row)
    {
        Row expected = s_rows[row];
        var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = Window,
            Overlap = 4096,
            MaxMappedBytes = 2 * (Window + 4096),
            OverBudget = OverBudget.Fail,
        });
        MappedFile file = manager.Open(_sample.Path, new() { Backing = Backing.Map });
        Exception? thrown = Record.Exception(() => expected.Act(this, manager, file));

        Assert.NotNull(thrown);
        Assert.Equal(expected.Thrown, thrown.GetType());
        if (expected.Parameter is not null)
            Assert.Equal(expected.Parameter, Assert.IsAssignableFrom<ArgumentException>(thrown).ParamName);
        foreach (string part in expected.Says)
        {
            string said = part.Replace("{file}", _sample.Path, StringComparison.Ordinal)
                .Replace("{folder}", _folder, StringComparison.Ordinal);
            if (OperatingSystem.IsWindows()) said = said.Replace('/', '\\');
            Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
        }

        file.Dispose();
        manager.Dispose();
        AtRest.AssertNothingHeld(manager);
    }

    [Fact]
    public void AnEmptyFileOpensAndOnlyEmptyLeasesAreInside()
    {
        using SampleFile empty = SampleFile.OfLength(0);
        using var manager = new MapManager();
        using (MappedFile file = manager.Open(empty.Path))
        {
            Assert.Equal(0, file.Length);
            file.LeaseSpan(0, 0).Dispose();
            file.LeaseMemory(0, 0).Dispose();
            Assert.True(file.LeaseSequence(0, 0).Sequence.IsEmpty);
            Assert.Equal(0, file.Read(0, new byte[10]));
            using MappedBuffer buffer = file.CreateBuffer();
            Assert.Equal(0, buffer.Length);
            using WindowCursor cursor = file.CreateCursor();
            Assert.False(cursor.MoveTo(0));
            Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(0, 1)).ParamName);
        }

        AtRest.AssertNothingHeld(manager);
    }

    [Fact]
    public void ToDisposeTheSharedManagerDoesNothing()
    {
        MapManager.Shared.Dispose();
        using MappedFile file = MappedFile.Open(_sample.Path);
        Assert.Same(MapManager.Shared, file.Manager);
        using MemoryLease lease = file.LeaseMemory(5, 10);
        SampleFile.AssertBytes(lease.Span, 5);
    }

    [Fact]
    public void AnOpenByAnotherNameLendsItsHandleToAFileWhoseOwnNameIsGone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a hard link.");
        string link = Path.Combine(_folder, "link");
        Run("ln", _sample.Path, link);
        var manager = new MapManager(new MapManagerOptions { MaxOpenHandles = 1 });
        using SampleFile other = SampleFile.OfLength(10);
        MappedFile first = manager.Open(_sample.Path), second = manager.Open(other.Path);
        // The budget of one handle has closed the first one's, and its path no longer exists.
        File.Delete(_sample.Path);
        MappedFile third = manager.Open(link);
        Assert.Equal(1, manager.GetStatistics().OpenHandles);
        using (MemoryLease lease = first.LeaseMemory(7, 20)) SampleFile.AssertBytes(lease.Span, 7);
        third.Dispose();
        first.Dispose();
        Assert.Equal(1, manager.GetStatistics().OpenFiles);
        second.Dispose();
        AtRest.AssertNothingHeld(manager);
    }

    public void Dispose()
    {
        _sample.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Dictionary<string, Row> Rows()
    {
        Type range = typeof(ArgumentOutOfRangeException), disposed = typeof(ObjectDisposedException);
        var rows = new Dictionary<string, Row>();
        void Add(string name, Action<ErrorTableTests, MapManager, MappedFile> act, Type thrown,
            string? parameter = null, params string[] says) =>
            rows.Add(name, new Row(act, thrown, parameter, says));

        // Ranges that are not inside the file. Each way to a lease answers alike.
        var leases = new (string Name, Action<MappedFile, long, long> Take)[]
        {
            ("LeaseSpan", (file, offset, length) => file.LeaseSpan(offset, (int)length).Dispose()),
            ("LeaseMemory", (file, offset, length) => file.LeaseMemory(offset, (int)length).Dispose()),
            ("LeaseSequence", (file, offset, length) => file.LeaseSequence(offset, length).Dispose()),
            ("CreateBuffer", (file, offset, length) => file.CreateBuffer(offset, length).Dispose()),
        };
        foreach ((string name, Action<MappedFile, long, long> take) in leases)
        {
            foreach ((long offset, long length, string parameter) in (ReadOnlySpan<(long, long, string)>)[
                (-1, 1, "offset"), (long.MinValue, 1, "offset"), (long.MinValue, int.MaxValue, "offset"),
                    (-10, 20, "offset"),
                (0, -1, "length"), (5, int.MinValue, "length"), (Length, 1, "length"), (Length + 1, 0, "offset"),
                (Length - 1, 2, "length"), (0, Length + 1, "length"), (long.MaxValue, 1, "offset"),
                (long.MaxValue, int.MaxValue, "offset"), (10, int.MaxValue, "length")])
            {
                Add($"{name} {offset} {length}", (_, _, file) => take(file, offset, length), range, parameter,
                    "{file}", What(offset, length), $"{Length} bytes");
                Add($"{name} {offset} {length}, resident", (_, _, file) =>
                {
                    file.LeaseMemory(0, 1).Dispose();
                    file.LeaseMemory(Length - 1, 1).Dispose();
                    take(file, offset, length);
                }, range, parameter, "{file}", What(offset, length), $"{Length} bytes");
            }
        }

        Add("LeaseSequence past long.MaxValue", (_, _, file) =>
            file.LeaseSequence(5, long.MaxValue), range, "length", "{file}");
        Add("CreateBuffer past long.MaxValue", (_, _, file) =>
            file.CreateBuffer(5, long.MaxValue), range, "length", "{file}");
        Add("CreateBuffer -1", (_, _, file) => file.CreateBuffer(-1), range, "offset", "{file}");
        Add("CreateBuffer behind the end", (_, _, file) => file.CreateBuffer(Length + 1), range, "offset", "{file}");
        Add("Read -1", (_, _, file) => file.Read(-1, new byte[5]), range, "offset", "{file}", "offset -1 is negative");
        Add("MoveTo -1", (_, _, file) =>
            file.CreateCursor().MoveTo(-1), range, "offset", "The offset -1 is negative; '{file}' has");
        Add("Read<long> past the end", (_, _, file) =>
            file.Read<long>(Length - 7), range, "offset", "8 bytes from offset 196601", "Actual value was 196601");
        Add("MoveTo, length -1", (_, _, file) => file.CreateCursor().MoveTo(0, -1), range, "length", "{file}");
        Add("buffer[-1]", (_, _, file) => _ = file.CreateBuffer()[-1], range, "index", "{file}", $"{Length} bytes");
        Add("buffer[length]", (_, _, file) => _ = file.CreateBuffer(10, 20)[20], range, "index", "{file}", "20 bytes");
        Add("buffer.Slice", (_, _, file) =>
            file.CreateBuffer(10, 20).Slice(15, 6), range, "length", "{file}", "6 bytes from 15");
        Add("buffer.Slice -1", (_, _, file) => file.CreateBuffer(10, 20).Slice(-1, 6), range, "offset", "{file}");
        Add("buffer.ToArray", (_, _, file) => file.CreateBuffer(10, 20).ToArray(0, 21), range, "length", "{file}");
        Add("buffer.ToArray, length -1", (_, _, file) =>
            file.CreateBuffer(10, 20).ToArray(0, -1), range, "length", "{file}");
        Add("buffer.CopyTo", (_, _, file) =>
            file.CreateBuffer(10, 20).CopyTo(21, new byte[1]), range, "offset", "{file}");

        // Names.
        Add("no name", (_, manager, _) => manager.Open(""), typeof(ArgumentException), "path");
        Add("null name", (_, manager, _) => manager.Open((string)null!), typeof(ArgumentNullException), "path");
        Add("null handle", (_, manager, _) =>
            manager.Open((SafeFileHandle)null!), typeof(ArgumentNullException), "handle");
        Add("missing file", (test, manager, _) =>
            manager.Open(test._folder + "/none"), typeof(FileNotFoundException), null, "{folder}/none");
        Add("missing folder", (test, manager, _) =>
            manager.Open(test._folder + "/none/none"), typeof(DirectoryNotFoundException), null, "{folder}/none/none");
        Add("folder", (test, manager, _) =>
            manager.Open(test._folder), typeof(UnauthorizedAccessException), null, "{folder}");
        Add("bad backing", (_, manager, file) =>
            manager.Open(file.Path!, new() { Backing = (Backing)7 }), range, "Backing");
        Add("bad access", (_, manager, file) =>
            manager.Open(file.Path!, new() { Access = (AccessPattern)7 }), range, "Access");
        if (OperatingSystem.IsLinux())
        {
            Type unseekable = typeof(NotSupportedException);
            Add("named pipe", (test, manager, _) => manager.Open(test.Pipe()), unseekable, null, "{folder}/pipe");
            Add("device", (_, manager, _) => manager.Open("/dev/zero"), unseekable, null, "/dev/zero");
            Add("socket", (test, manager, _) =>
                test.WithSocket(path => manager.Open(path)), unseekable, null, "{folder}/socket");
            Add("pipe by handle", (test, manager, _) =>
            {
                using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
                using var handle = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
                manager.Open(handle);
            }, unseekable);
        }

        Add("closed handle", (test, manager, _) =>
        {
            SafeFileHandle handle = File.OpenHandle(test._sample.Path);
            handle.Dispose();
            manager.Open(handle);
        }, disposed);

        // Files that change. Truncation under a mapping is only ever looked at, never touched, in this process.
        Add("truncated, verified", (test, manager, _) =>
        {
            using MappedFile file = manager.Open(test._sample.Path, new() { Backing = Backing.Copy, Verify = true });
            file.LeaseMemory(2 * Window, 10).Dispose();
            test._sample.TruncateTo(Window);
            file.LeaseMemory(2 * Window, 10);
        }, typeof(FileChangedException), null, "{file}", "[131072, 131082)", $"{Window} bytes");
        Add("truncated, loaded", (test, _, file) =>
        {
            test._sample.TruncateTo(Window);
            file.LeaseMemory(2 * Window, 10);
        }, typeof(FileChangedException), null, "{file}", $"{Window} bytes");
        Add("truncated, inside the window", (test, _, file) =>
        {
            test._sample.TruncateTo(Window + 5);
            file.LeaseMemory(Window, 10);
        }, typeof(FileChangedException), null, "{file}", "[65536, 65546)", $"{Window + 5} bytes");
        Add("truncated, exact", (test, _, file) =>
        {
            test._sample.TruncateTo(Window + 5);
            file.LeaseMemory(0, 2 * Window);
        }, typeof(FileChangedException), null, "{file}", "[0, 131072)", $"{Window + 5} bytes");
        Add("truncated to nothing", (test, _, file) =>
        {
            test._sample.TruncateTo(0);
            file.LeaseSpan(0, 10).Dispose();
        }, typeof(FileChangedException), null, "{file}", "0 bytes");
        Add("truncated, buffer", (test, _, file) =>
        {
            using MappedBuffer buffer = file.CreateBuffer();
            test._sample.TruncateTo(Window);
            file.Refresh();
            Assert.Equal(0, buffer[Window]);
        }, typeof(FileChangedException), null, "{file}", $"{Window} bytes");

        // Budgets.
        Add("full of live leases", (_, _, file) =>
        {
            using MemoryLease first = file.LeaseMemory(0, 1), second = file.LeaseMemory(Window, 1);
            file.LeaseMemory(2 * Window, 1);
        }, typeof(MapBudgetExceededException), null, "under MaxMappedBytes", "{file}", "[131072, 196608)",
            $"{2 * (Window + 4096)}");
        Add("full of live span leases", (_, _, file) =>
        {
            using SpanLease first = file.LeaseSpan(0, 1), second = file.LeaseSpan(Window, 1);
            file.LeaseSpan(2 * Window, 1).Dispose();
        }, typeof(MapBudgetExceededException), null, "{file}", $"{2 * (Window + 4096)}");
        Add("longer than the budget", (_, _, file) =>
            file.LeaseMemory(0, Length), typeof(MapBudgetExceededException), null, "{file}", $"[0, {Length})",
            "Raise MaxMappedBytes, or lease less");

        // After disposal.
        foreach ((string name, Action<MappedFile> act) in (ReadOnlySpan<(string, Action<MappedFile>)>)[
            ("LeaseSpan", file => file.LeaseSpan(0, 1).Dispose()), ("LeaseMemory", file => file.LeaseMemory(0, 1)),
            ("LeaseSequence", file => file.LeaseSequence(0, 1)), ("Read", file => file.Read(0, new byte[1])),
            ("LeaseSpan of nothing", file => file.LeaseSpan(0, 0).Dispose()),
                ("LeaseMemory of nothing", file => file.LeaseMemory(0, 0)),
            ("CreateCursor", file => file.CreateCursor()), ("CreateBuffer", file => file.CreateBuffer()),
                ("Refresh", file => file.Refresh())])
        {
            Add($"{name} of a closed file", (_, _, file) =>
            {
                file.LeaseMemory(0, 1).Dispose();
                file.Dispose();
                act(file);
            }, disposed, null, "{file}");
        }

        foreach ((string name, Action<MappedFile> act) in (ReadOnlySpan<(string, Action<MappedFile>)>)[
            ("LeaseSpan", file => file.LeaseSpan(0, 1).Dispose()), ("LeaseMemory", file => file.LeaseMemory(0, 1)),
            ("LeaseMemory, exact", file => file.LeaseMemory(0, 2 * Window)),
                ("LeaseSequence", file => file.LeaseSequence(0, 1)),
            ("Read", file => file.Read(0, new byte[1])), ("Refresh", file => file.Refresh()),
                ("Open", file => file.Manager.Open(file.Path!))])
        {
            Add($"{name} under a disposed manager", (_, manager, file) =>
            {
                file.LeaseMemory(0, 1).Dispose();
                manager.Dispose();
                act(file);
            }, disposed, null, "The manager ", " is disposed.");
        }

        Add("GetSpan of a disposed cursor", (_, _, file) =>
        {
            WindowCursor cursor = file.CreateCursor();
            cursor.Dispose();
            cursor.GetSpan(0, 1);
        }, disposed, null, "The cursor over '{file}' is disposed.");
        Add("Sequence of an ended lease", (_, _, file) =>
        {
            SequenceLease lease = file.LeaseSequence(5, 10);
            lease.Dispose();
            lease.ThrowIfUnreadable();
        }, disposed, null, "The lease of bytes [5, 15) of '{file}' has ended.");
        Add("MoveTo of a disposed cursor", (_, _, file) =>
        {
            WindowCursor cursor = file.CreateCursor();
            cursor.MoveTo(0);
            cursor.Dispose();
            cursor.MoveTo(0);
        }, disposed, null, "The cursor over '{file}' is disposed.");
        Add("Clone of a disposed cursor", (_, _, file) =>
        {
            WindowCursor cursor = file.CreateCursor();
            cursor.Dispose();
            cursor.Clone();
        }, disposed, null, "The cursor over '{file}' is disposed.");
        foreach ((string name, Action<MappedBuffer> act) in (ReadOnlySpan<(string, Action<MappedBuffer>)>)[
            ("index", buffer => _ = buffer[0]), ("Slice", buffer => buffer.Slice(0, 1)),
            ("CopyTo", buffer => buffer.CopyTo(0, new byte[1])), ("ToArray", buffer => buffer.ToArray(0, 1))])
        {
            Add($"{name} of a disposed buffer", (_, _, file) =>
            {
                MappedBuffer buffer = file.CreateBuffer();
                _ = buffer[0];
                buffer.Dispose();
                act(buffer);
            }, disposed, null, "The buffer over '{file}' is disposed.");
        }

        return rows;
    }

    /// <summary>The fault of a range: a negative number, or the whole range.</summary>
    private static string What(long offset, long length) => offset < 0 ? $"The offset {offset} is negative; "
        : length < 0 ? $"The length {length} is negative; "
        : $"The range of {Amount.Bytes(length)} from offset {offset} is not inside the file: ";

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string Pipe()
    {
        string path = Path.Combine(_folder, "pipe");
        Run("mkfifo", path);
        return path;
    }

    private void WithSocket(Action<string> act)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string path = Path.Combine(_folder, "socket");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        act(path);
    }
}
