using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Microsoft.AspNetCore.Builder;
using Mmap.Spans.Samples.Programs;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Samples;

/// <summary>Runs the programs on data that they must know everything of, in windows that they must cross.</summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly char[] s_spaces = [' ', '\t', '\n', '\v', '\f', '\r'];

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly StringWriter _printed = new();
    private readonly MapManager _manager =
        new(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxMappedBytes = 256 << 10 });

    public ProgramTests() => _path = _folder["data"];

    public void Dispose()
    {
        MapStatistics left = _manager.GetStatistics();
        _manager.Dispose();
        _folder.Dispose();
        Assert.Equal(0, left.LiveHeapLeases);
    }

    [Fact]
    public async Task TheArrowProgramAddsUpBothWaysTheSame()
    {
        await ArrowBatches.RunAsync(["2"], _printed);
        Assert.Contains("result 900000,", _printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("0 leases left", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABatchLiesInTheMappingAndEndsWithItsLease()
    {
        ArrowBatches.Write(_path, batches: 1);
        using MappedFile file = _manager.Open(_path);
        MemoryLease lease = file.LeaseMemory(0, (int)file.Length);
        using var reader = new ArrowStreamReader(lease.Memory);
        using RecordBatch batch = reader.ReadNextRecordBatch();
        var amounts = (Int64Array)batch.Column("amount");

        Assert.True(lease.Span.Overlaps(MemoryMarshal.AsBytes(amounts.Values)));
        Assert.Equal(7, amounts.Values[17]);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => amounts.Values.Length);
    }

    [Fact]
    public void EveryNameOfTheHistoryIsTheDigestOfItsObject()
    {
        string? git = GitRepository.Find(AppContext.BaseDirectory);
        Assert.SkipWhen(git is null, "No .git is here.");
        string? packs = GitRepository.Packs(git) ?? GitRepository.PackInto(git, _folder["clone"]);
        Assert.SkipWhen(packs is null, "The history is not packed, and no git is here to pack it.");
        Assert.InRange(ReadPacks(packs), 100, int.MaxValue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHistoryOfLooseObjectsIsPackedFirstWithDeltasByDistanceOrByName(bool deltasByName)
    {
        string repository = NewRepository(), git = GitRepository.Find(repository)!;
        Assert.Null(GitRepository.Packs(git));
        string packs = GitRepository.PackInto(git, _folder["clone"], deltasByName)!;
        // Ten commits, trees and files of which each is nearly the one before.
        Assert.Equal(30, ReadPacks(packs));
        byte[] pack = File.ReadAllBytes(Directory.GetFiles(packs, "*.pack").Single());
        Assert.InRange(pack.Length, 1000, 20_000);
    }

    [Fact]
    public void AFurtherWorkTreeHasTheHistoryOfTheFirst()
    {
        string repository = NewRepository(), further = _folder["further"];
        Assert.True(GitRepository.Run("-C", repository, "worktree", "add", "-q", further, "-b", "other"));
        Assert.True(File.Exists(Path.Combine(further, ".git")));
        string shared = Path.GetFullPath(GitRepository.Find(repository)!);
        Assert.Equal(shared, Path.GetFullPath(GitRepository.Find(further)!));
    }

    [Fact]
    public async Task TheGitProgramSaysHowManyObjectsThereAre()
    {
        string packs = GitRepository.PackInto(NewRepository(), _folder["clone"])!;
        await GitPack.RunAsync([packs], _printed);
        Assert.StartsWith("result 30,", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFollowersProgramReadsAsManyBytesAsAreWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be replaced by rename.");
        await LogFollower.RunAsync(["17"], _printed);
        Assert.Contains($"result {17 << 20},", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTensorProgramFindsTheSameRowInTheMappingAndInAnArray()
    {
        await SafeTensors.RunAsync(["2000"], _printed);
        Assert.StartsWith("words: F32, 2000 x 256, [192, 2048192)", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorIsAlignedAndItsNearestRowIsTheOneOfAPlainLoop()
    {
        const int Rows = 700, Columns = 64;
        SafeTensors.Write(_path, Rows, Columns);
        byte[] bytes = File.ReadAllBytes(_path);
        using MappedFile file = _manager.Open(_path);
        var model = new SafeTensors(file);
        Assert.Equal(["words", "bias"], model.Tensors.Keys);
        Assert.All(model.Tensors.Values, tensor => Assert.Equal(0, tensor.Bytes.Offset % 64));
        Assert.Equal(bytes.Length, model.Tensors["bias"].Bytes.End);

        int start = (int)model.Tensors["words"].Bytes.Offset;
        for (int row = 0; row < Rows; row += 50)
            Assert.Equal(PlainNearest(row), model.Nearest("words", row));

        int PlainNearest(int row) =>
            Enumerable.Range(0, Rows).Where(other => other != row).MaxBy(other => Cosine(row, other));

        double Cosine(int a, int b)
        {
            double dot = 0, first = 0, second = 0;
            for (int i = 0; i < Columns; i++)
            {
                double one = At(a, i), other = At(b, i);
                (dot, first, second) = (dot + (one * other), first + (one * one), second + (other * other));
            }

            return dot / Math.Sqrt(first * second);
        }

        float At(int row, int column) =>
            BitConverter.ToSingle(bytes, start + (((row * Columns) + column) * sizeof(float)));
    }

    [Theory]
    [InlineData("/stream")]
    [InlineData("/pipe")]
    [InlineData("/file")]
    public async Task AllAddressesOfTheServerSendTheSameRanges(string address)
    {
        WordCount.Write(_path, 1_000_000);
        byte[] content = await File.ReadAllBytesAsync(_path);
        // A separate manager, so that the files that the server opens for responses can be counted.
        using MapManager others = RangeServer.SmallWindows();
        using MappedFile file = others.Open(_path);
        await using WebApplication server = RangeServer.Build(_manager, file);
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };

        await AssertSends(null, content);
        await AssertSends(new RangeHeaderValue(0, 0), content[..1]);
        await AssertSends(new RangeHeaderValue(60_000, 300_000), content[60_000..300_001]);
        await AssertSends(new RangeHeaderValue(null, 70_000), content[^70_000..]);
        await AssertSends(new RangeHeaderValue(999_999, 5_000_000), content[^1..]);
        await server.StopAsync();
        Assert.Equal(0, _manager.GetStatistics().OpenFiles);
        Assert.Equal(0, others.GetStatistics().LiveHeapLeases);

        async Task AssertSends(RangeHeaderValue? range, byte[] expected)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = range;
            using HttpResponseMessage response = await client.SendAsync(request);
            Assert.Equal(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("/stream")]
    [InlineData("/pipe")]
    public async Task ASlowClientHoldsOneWindowAndNobodyElseUp(string address)
    {
        const int Clients = 16, Length = 16 << 20;
        WordCount.Write(_path, Length);
        using MapManager manager = RangeServer.SmallWindows();
        using MappedFile file = manager.Open(_path);
        await using WebApplication server = RangeServer.Build(manager, file);
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };

        Stream[] slow = await RangeServer.StartSlowClientsAsync(client, address, Clients);
        Assert.Equal(await File.ReadAllBytesAsync(_path), await client.GetByteArrayAsync(address));
        // The quick client's own may not have ended yet.
        Assert.InRange(manager.GetStatistics().LiveHeapLeases, Clients, Clients + 1);
        Assert.Equal((long)Clients * Length, await RangeServer.TakeRestAsync(slow));
        await server.StopAsync();

        MapStatistics end = manager.GetStatistics();
        Assert.Equal((0, 1), (end.LiveHeapLeases, end.OpenFiles));
        Assert.InRange(end.PeakMappedBytes, 1, manager.Options.MaxMappedBytes);
    }

    [Fact]
    public async Task TheServersProgramEndsWithEverythingSent()
    {
        await RangeServer.RunAsync(["4"], _printed);
        Assert.Contains("result 4194304,", _printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("/pipe: 32 slow clients", _printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("128 MiB sent", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSortedProgramFindsTheSameKeysBothWays()
    {
        await SortedLines.RunAsync(["20000"], _printed);
        Assert.StartsWith("20000 lines, 0 MiB, 10000 keys", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryKeyIsFoundAndNoOther()
    {
        const int Lines = 20_000;
        // Lines of one length to 600 bytes, the last without a newline.
        static string Key(int i) => SortedLines.KeyOf(i);
        static string Value(int i) => $"{i}{new string('v', i % 600)}";
        IEnumerable<string> lines = Enumerable.Range(0, Lines).Select(i => $"{Key(2 * i)}\t{Value(i)}");
        File.WriteAllText(_path, string.Join('\n', lines));
        using MappedFile file = _manager.Open(_path);
        var sorted = new SortedLines(file);
        for (int i = 0; i < Lines; i += i < 20 || i > Lines - 20 ? 1 : 17)
        {
            Assert.Equal(Value(i), sorted.Find(Key(2 * i)));
            Assert.Null(sorted.Find(Key((2 * i) + 1)));
            if (i % 5 == 0) Assert.Equal(Value(i), sorted.FindByReads(Key(2 * i)));
        }

        Assert.Null(sorted.Find(""));
        Assert.Null(sorted.Find("0"));
        Assert.Null(sorted.Find("9"));
    }

    [Fact]
    public void AnEmptyFileHasNoKeyAndALineThatIsTooLongIsTold()
    {
        File.WriteAllText(_path, "");
        using (MappedFile empty = _manager.Open(_path)) Assert.Null(new SortedLines(empty).Find("a"));

        File.WriteAllText(_path, "a\t" + new string('v', 3 * SortedLines.LongestLine) + "\nb\t2\n");
        using MappedFile file = _manager.Open(_path);
        Assert.Throws<InvalidDataException>(() => new SortedLines(file).Find("b"));
    }

    [Fact]
    public async Task TheWordProgramCountsTheSameBothWays()
    {
        await WordCount.RunAsync(["9"], _printed);
        Assert.StartsWith("9 MiB, ", _printed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheWordsAreThoseOfAPlainSplit()
    {
        WordCount.Write(_path, (17 << 20) + 5);
        byte[] bytes = [.. File.ReadAllBytes(_path), .. "\t\v end\f\r\n\u00A0x \n"u8];
        // A word that begins before the first seam of the work, and one that ends there.
        bytes.AsSpan((8 << 20) - 3, 6).Fill((byte)'a');
        bytes.AsSpan((16 << 20) - 2, 2).Fill((byte)'b');
        bytes[16 << 20] = (byte)' ';
        File.WriteAllBytes(_path, bytes);
        string[] words = Encoding.Latin1.GetString(bytes).Split(s_spaces, StringSplitOptions.RemoveEmptyEntries);
        using MappedFile file = _manager.Open(_path);
        Assert.Equal(words.Length, WordCount.Count(file));
    }

    /// <summary>A program is one file to read in one go, and one command to repeat.</summary>
    [Fact]
    public void EachProgramIsOneShortFileAndTheReadmeHasItsCommand()
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Mmap.Spans.sln"))) root = root.Parent!;
        string folder = Path.Combine(root.FullName, "tests", "Mmap.Spans.Samples");
        string[] programs = Directory.GetFiles(Path.Combine(folder, "Programs"), "*.cs");
        // One file each, and Figures.cs, which all print with.
        Assert.Equal(Program.Names.Count() + 1, programs.Length);
        Assert.All(programs, path =>
            Assert.True(File.ReadAllLines(path).Length <= 120, $"{path} has more than 120 lines."));
        string[] lines = File.ReadAllLines(Path.Combine(folder, "README.md"));
        Assert.All(Program.Names, name =>
            Assert.Contains(lines, line => line.EndsWith($" -- {name}", StringComparison.Ordinal)));
    }

    private int ReadPacks(string packs)
    {
        int objects = 0;
        foreach (string path in Directory.GetFiles(packs, "*.idx"))
        {
            using MappedFile index = _manager.Open(path);
            using MappedFile content = _manager.Open(Path.ChangeExtension(path, ".pack"));
            var pack = new GitPack(index, content);
            for (int i = 0; i < pack.Count; i++)
            {
                Assert.Equal(i, pack.Find(pack.NameAt(i)));
                Assert.True(pack.HasItsName(i), $"{Convert.ToHexString(pack.NameAt(i))} in {path}");
            }

            Assert.Equal(-1, pack.Find(new byte[20]));
            objects += pack.Count;
        }

        return objects;
    }

    /// <summary>A repository of ten commits, with nothing packed.</summary>
    private string NewRepository()
    {
        string repository = _folder["repository"];
        Assert.SkipUnless(GitRepository.Run("init", "-q", repository), "No git is here.");
        string text = Path.Combine(repository, "text");
        for (int i = 0; i < 10; i++)
        {
            IEnumerable<int> lines = Enumerable.Range(i * 100, 100);
            File.AppendAllLines(text, lines.Select(line => $"line {line}, {line * 7919 % 1000}"));
            Assert.True(GitRepository.Run("-C", repository, "add", "text"));
            string[] author = ["-c", "user.name=a", "-c", "user.email=a@b"];
            Assert.True(GitRepository.Run(["-C", repository, .. author, "commit", "-q", "-m", $"{i}"]));
        }

        return repository;
    }
}
