using Mmap.Spans.Analyzers.Fixes;
using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>MMS005.</summary>
public sealed class UncompletedReaderTests
{
    [Theory]
    [InlineData("async Task M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; await r.ReadAsync(); }")]
    [InlineData("async Task M(MappedFile f) { await {|MMS005:f.CreatePipeReader()|}.ReadAsync(); }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; var x = await r.ReadAsync(); "
        + "if (x.IsCompleted) return; r.Complete(); }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; var x = await r.ReadAsync(); "
        + "if (x.Buffer.IsEmpty) throw new InvalidDataException(); await r.CompleteAsync(); }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; var x = await r.ReadAsync(); "
        + "if (x.IsCompleted) return; await r.CompleteAsync(); }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; try { await r.ReadAsync(); } "
        + "catch (IOException e) { r.Complete(e); } }")]
    [InlineData(
        "void M(MappedFile f) { var r = {|MMS005:f.CreatePipeReader()|}; while (r.TryRead(out var x)) { if "
        + "(x.IsCompleted) { r.Complete(); break; } } }")]
    [InlineData(
        "void M(MappedFile f) { var r = f.CreatePipeReader(); r.Complete(); r = "
        + "{|MMS005:f.CreatePipeReader()|}; r.TryRead(out _); }")]
    public Task AWayOutWithoutCompleteIsReported(string members) => Verify.Members(members);

    [Theory]
    [InlineData(
        "async Task M(MappedFile f) { var r = f.CreatePipeReader(); await r.ReadAsync(); await "
        + "r.CompleteAsync(); }")]
    [InlineData("async Task M(MappedFile f) { var r = f.CreatePipeReader(); await r.ReadAsync(); r.Complete(); }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = f.CreatePipeReader(); try { var x = await r.ReadAsync(); if "
        + "(x.IsCompleted) return; } finally { r.Complete(); } }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = f.CreatePipeReader(); try { var x = await r.ReadAsync(); throw "
        + "new IOException(); } finally { await r.CompleteAsync().ConfigureAwait(false); } }")]
    [InlineData(
        "async Task M(MappedFile f) { var r = f.CreatePipeReader(); try { await r.ReadAsync(); throw new "
        + "IOException(); } catch (IOException e) { r.Complete(e); } }")]
    [InlineData("PipeReader M(MappedFile f) { var r = f.CreatePipeReader(); r.TryRead(out _); return r; }")]
    [InlineData("void M(MappedFile f) { var r = f.CreatePipeReader(); Keep(r); }")]
    [InlineData("PipeReader M(MappedFile f) => f.CreatePipeReader();")]
    [InlineData("void M(MappedFile f) { using var s = f.CreatePipeReader().AsStream(); }")]
    [InlineData("PipeReader _r; void M(MappedFile f) { _r = f.CreatePipeReader(); }")]
    [InlineData(
        "void M(MappedFile f) { var r = f.CreatePipeReader(); while (true) { if (r.TryRead(out var x) && "
        + "x.IsCompleted) { r.Complete(); break; } } }")]
    public Task AReaderThatIsCompletedOrHandedOnIsNot(string members) => Verify.Members(members);

    [Fact]
    public Task TheRestGoesIntoATry() => Verify.Fix<CompleteFix>(
        """
            async Task M(MappedFile f)
            {
                PipeReader reader = {|MMS005:f.CreatePipeReader()|};
                ReadResult result = await reader.ReadAsync();
                if (result.IsCompleted) return;
                await reader.CompleteAsync();
            }
        """,
        """
            async Task M(MappedFile f)
            {
                PipeReader reader = f.CreatePipeReader();
                try
                {
                    ReadResult result = await reader.ReadAsync();
                    if (result.IsCompleted) return;
                }
                finally
                {
                    await reader.CompleteAsync();
                }
            }
        """);

    [Fact]
    public Task WithoutAsyncItIsComplete() => Verify.Fix<CompleteFix>(
        """
            bool M(MappedFile f)
            {
                PipeReader reader = {|MMS005:f.CreatePipeReader()|};
                return reader.TryRead(out _);
            }
        """,
        """
            bool M(MappedFile f)
            {
                PipeReader reader = f.CreatePipeReader();
                try
                {
                    return reader.TryRead(out _);
                }
                finally
                {
                    reader.Complete();
                }
            }
        """);
}
