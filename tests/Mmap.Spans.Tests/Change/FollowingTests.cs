using System.Buffers.Binary;
using System.Globalization;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>Another process appends to a file that this one follows.</summary>
public class FollowingTests
{
    [Theory]
    [InlineData(Backing.Map, false)]
    [InlineData(Backing.Copy, false)]
    [InlineData(Backing.Auto, true)]
    public void AFollowingReaderSeesEveryByteOnceAndInOrder(Backing backing, bool verify)
    {
        const int Count = 200_000;
        using SampleFile sample = SampleFile.OfLength(0);
        using var folder = new TemporaryFolder();
        string seen = folder["seen"];
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxMappedBytes = 512 << 10 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing, Verify = verify });
        using WindowCursor cursor = file.CreateCursor();
        using ChildProcess writer =
            ChildProcess.Start("", "append", sample.Path, Count.ToString(CultureInfo.InvariantCulture), seen);

        long next = 0, at = 0;
        int growths = 0;
        while (next < Count)
        {
            bool ended = writer.HasExited;
            if (file.Refresh() == FileChange.Grown)
            {
                // The writer waits for this in the middle, so that there is growth to follow afterwards.
                if (++growths == 1) File.WriteAllText(seen, "");
            }
            else if (ended && at + 8 > file.Length)
                Assert.Fail($"The writer ended and {Count - next} of {Count} numbers are missing.");
            else Thread.Yield();

            while (file.Length - at >= 8)
            {
                Assert.True(cursor.MoveTo(at));
                int whole = cursor.Length / 8 * 8;
                if (whole == 0) break;
                for (int i = 0; i < whole; i += 8)
                    Assert.Equal(next++, BinaryPrimitives.ReadInt64LittleEndian(cursor.Span[i..]));
                at += whole;
            }
        }

        writer.Succeed();
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        Assert.Equal(Count * 8L, at);
        Assert.True(growths > 1, "The file was followed while it grew.");
    }
}
