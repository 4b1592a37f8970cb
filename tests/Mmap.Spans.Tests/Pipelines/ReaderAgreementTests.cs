using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>
/// Ours and a reader of the framework, driven by the same random steps: all visible results of both are compared,
/// except for the <see cref="ReaderTraits"/>.
/// </summary>
public sealed class ReaderAgreementTests : LeakCheckedTest
{
    private static readonly byte[] s_content = SampleFile.Bytes(0, 5 * Granule + 321);

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData(4096)]
    public void OursAgreesWithTheReaderOfASequence(int overlap) => Check(overlap, ReaderTraits.Sequence,
        () => PipeReader.Create(SegmentedBytes.Of(s_content, 1000)));

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData(4096)]
    public void OursAgreesWithTheReaderOfAStream(int overlap) => Check(overlap, ReaderTraits.Stream,
        () => PipeReader.Create(new MemoryStream(s_content), new StreamPipeReaderOptions(bufferSize: Granule)));

    private void Check(int overlap, ReaderTraits traits, Func<PipeReader> create)
    {
        MappedFile file = OpenBytes(s_content, overlap);

        // Steps are drawn with the kinds that end a reader rarely; a failing list shrinks by leaving steps out.
        Gen<Step> step =
            from kind in Gen.Frequency(
                (8, Gen.Constant(Kind.Read)), (4, Gen.Constant(Kind.TryRead)), (2, Gen.Constant(Kind.ReadAtLeast)),
                (12, Gen.Constant(Kind.Advance)), (2, Gen.Constant(Kind.AdvanceNowhere)),
                    (1, Gen.Constant(Kind.AdvanceElsewhere)),
                (3, Gen.Constant(Kind.Cancel)), (1, Gen.Constant(Kind.CanceledRead)), (1, Gen.Constant(Kind.Complete)))
            from consumed in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 9000),
                Gen.Elements(0, 4095, 4096, 4097, 4352, int.MaxValue))
            from examined in Gen.OneOf(Gen.Choose(0, 9000), Gen.Constant(int.MaxValue))
            select new Step(kind, consumed, examined);
        Arbitrary<Step[]> lists = Arb.From(step.ArrayOf(), WithoutSome);

        Prop.ForAll(lists, steps =>
        {
            var pair = new ReaderPair(file.CreatePipeReader(), create(), traits, s_content);
            try
            {
                foreach (Step taken in steps) pair.Take(taken);
            }
            finally
            {
                pair.Complete();
            }

            Assert.Equal(0, LiveLeases);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(60).WithQuietOnSuccess(true));
    }

    private static IEnumerable<Step[]> WithoutSome(Step[] steps)
    {
        for (int part = steps.Length; part > 0; part /= 2)
        {
            for (int at = 0; at + part <= steps.Length; at += part)
                yield return [.. steps[..at], .. steps[(at + part)..]];
        }
    }
}
