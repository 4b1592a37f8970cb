using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Threads, every kind of lease, and far too small a budget: some seconds of each kind of stress here, and the same in
/// children with other switches of the runtime. For hours there is the program <c>Mmap.Spans.Stress</c>; the seed of a
/// failure goes into it, or into <c>MMAP_SPANS_SEED</c>.
/// </summary>
public class StressTests
{
    private static readonly int s_seed = int.Parse(
        Environment.GetEnvironmentVariable("MMAP_SPANS_SEED")
            ?? (Environment.TickCount & 0xFFFFFF).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>All but real mappings: a lease on an unmapped region would end this process.</summary>
    public static TheoryData<string> Kinds =>
        [.. Stress.Kinds.Keys.Where(kind => kind is not ("mapped" or "copies" or "truncation"))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NothingBreaksUnderStress(string kind)
    {
        for (int slice = 0; slice < 2; slice++)
            Stress.Run(kind, s_seed + slice, TimeSpan.FromSeconds(0.5), TestThread.Patience);
    }

    [Fact]
    public async Task NothingBreaksWhateverTheRuntimesSwitchesAre() => await Run("soak", "15");

    /// <summary>
    /// Files cut and read by several threads beside a collecting loop: the process survives, and every wrong byte is
    /// reported.
    /// </summary>
    [Fact]
    public async Task FiveThousandFaultsOfTruncatedFilesAreSurvived()
    {
        GuardHere.OrSkip();
        string said = await Run("truncations", "5000");
        Assert.InRange(long.Parse(said.Split(' ')[0], CultureInfo.InvariantCulture), 5000, long.MaxValue);
    }

    private static async Task<string> Run(params string[] arguments)
    {
        // All projects put what they build into one folder each, side by side; a published test has nothing beside it.
        string folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string program =
            Path.Combine(folder, "..", "..", "Mmap.Spans.Stress", Path.GetFileName(folder), "Mmap.Spans.Stress.dll");
        Assert.SkipUnless(File.Exists(program), "The stress program is not beside the tests.");

        var start = new ProcessStartInfo(SystemProgram.DotNet)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        string seed = s_seed.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])[program, .. arguments, seed]) start.ArgumentList.Add(argument);
        // A child that touches an unmapped address leaves no dump behind.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(3 * TestThread.Patience);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        string said = await output + await error;
        Assert.True(process.ExitCode == 0, said);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        return said;
    }
}
