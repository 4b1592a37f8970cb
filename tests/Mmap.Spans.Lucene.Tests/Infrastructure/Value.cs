using Lucene.Net.Store;
using Xunit;

namespace Mmap.Spans.Lucene.Tests.Infrastructure;

/// <summary>Something that a file of Lucene holds, written and read by the one method of its kind.</summary>
/// <param name="Kind">The kind of content.</param>
/// <param name="Number">The number, or the length of the text.</param>
internal sealed record Value(int Kind, long Number)
{
    private const int Kinds = 7;

    /// <summary>A value of any kind; numbers of few bits are as frequent as those of many.</summary>
    public static Value Next(Random random) => new(random.Next(Kinds), random.NextInt64() >> random.Next(63));

    private string Text => new('x', (int)(Number % 40));

    public void Write(IndexOutput output)
    {
        switch (Kind)
        {
            case 0: output.WriteByte((byte)Number); break;
            case 1: output.WriteInt16((short)Number); break;
            case 2: output.WriteInt32((int)Number); break;
            case 3: output.WriteInt64(Number); break;
            case 4: output.WriteVInt32((int)Number); break;
            case 5: output.WriteVInt64(Number); break;
            default: output.WriteString(Text); break;
        }
    }

    /// <summary>Fails unless the next read gives this value.</summary>
    public void AssertRead(IndexInput input)
    {
        switch (Kind)
        {
            case 0: Assert.Equal((byte)Number, input.ReadByte()); break;
            case 1: Assert.Equal((short)Number, input.ReadInt16()); break;
            case 2: Assert.Equal((int)Number, input.ReadInt32()); break;
            case 3: Assert.Equal(Number, input.ReadInt64()); break;
            case 4: Assert.Equal((int)Number, input.ReadVInt32()); break;
            case 5: Assert.Equal(Number, input.ReadVInt64()); break;
            default: Assert.Equal(Text, input.ReadString()); break;
        }
    }
}
