using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>The handler's bytes against its listing, and twins of the listing with a bug in each.</summary>
public class HandlerBytesTests
{
    /// <summary>
    /// The loop in which a twin spends ten microseconds between two instructions, so that a race lasts long enough.
    /// </summary>
    private const string ShortWait = "\n    mov r11, 4000\nwait:\n    pause\n    sub r11, 1\n    jnz wait\n";

    private const string LongWait = "\n    mov rcx, 4000000\nwait:\n    pause\n    sub rcx, 1\n    jnz wait\n";

    private const string Tell = """
            mov   rax, [r9 + 24]                # unreadable from the lowest page that went
        lower:
            cmp   rdi, rax
            jae   told
            lock cmpxchg [r9 + 24], rdi
            jne   lower
        told:
            lock inc qword ptr [r9 + 32]        # told before it shows
            lock inc qword ptr [r8]

        """;

    [Fact]
    public void TheListingAssembledIsTheBytes()
    {
        HandlerListing.SkipUnlessAssembled();
        using var folder = new TemporaryFolder();
        byte[] assembled = File.ReadAllBytes(HandlerListing.Assemble(folder, "listing", HandlerListing.Read()));
        Assert.Equal(TruncationGuard.X64.ToArray(), assembled);
    }

    /// <summary>With a wait where the race is, so that the twin below differs from this in the check alone.</summary>
    [Fact]
    public void AnEntryThatChangesUnderTheHandlerIsNotTaken()
    {
        HandlerListing.SkipUnlessAssembled();
        Assert.Equal(0, LostIn(WithWaitInTheLook(), faults: 3000));
    }

    [Fact]
    public void ATwinWithoutTheVersionCheckTakesOneAndIsCaught()
    {
        HandlerListing.SkipUnlessAssembled();
        const string Check = "    cmp   r10, [r9]                     # both are of one mapping\n    jne   look\n";
        string twin = HandlerListing.Change(WithWaitInTheLook(), Check, "");
        Assert.InRange(LostIn(twin, faults: 100_000), 1, long.MaxValue);
    }

    [Fact]
    public void WhoSeesZeroesFindsThemTold()
    {
        HandlerListing.SkipUnlessAssembled();
        Assert.Equal(0, UntoldIn(HandlerListing.Read()));
    }

    [Fact]
    public void ATwinThatTellsAfterTheMappingIsCaught()
    {
        HandlerListing.SkipUnlessAssembled();
        string listing = HandlerListing.Change(HandlerListing.Read(), Tell, "");
        listing = HandlerListing.Change(listing, "    push  rdx\n", "    push  rdx\n    push  r9\n");
        // The kernel leaves all registers but rax, rcx and r11 as they are; the table's is used for the call.
        string after = $"    syscall\n    pop   r9\n    mov   r8, [rip + table]\n{LongWait}{Tell}    mov   rax, rdi\n";
        listing = HandlerListing.Change(listing, "    syscall\n", after);
        Assert.InRange(UntoldIn(listing), 1, long.MaxValue);
    }

    private static string WithWaitInTheLook()
    {
        const string End = "    mov   r11, [r9 + 16]                # end\n";
        return HandlerListing.Change(HandlerListing.Read(), End, ShortWait + End);
    }

    private static long LostIn(string listing, int faults)
    {
        using var folder = new TemporaryFolder();
        string handler = HandlerListing.Assemble(folder, "handler", listing);
        return ChildProcess.Run("", "guard-churn", folder["file"], handler, $"{faults}")["lost"];
    }

    private static long UntoldIn(string listing)
    {
        using var folder = new TemporaryFolder();
        string handler = HandlerListing.Assemble(folder, "handler", listing);
        return ChildProcess.Run("", "guard-look", folder["file"], handler, "10")["untold"];
    }
}
