using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Format.Tests;

public class ObjectIdTests
{
    [Fact]
    public void Text_ids_are_ordered_by_their_utf8_bytes() =>
        Prop.ForAll<NonEmptyString, NonEmptyString>((a, b) =>
        {
            if (HasLoneSurrogate(a.Get) || HasLoneSurrogate(b.Get))
                return true;
            int expected = Encoding.UTF8.GetBytes(a.Get).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Get));
            return Math.Sign(new ObjectId(a.Get).CompareTo(b.Get)) == Math.Sign(expected);
        }).Check(Laws.Repeatable);

    [Fact]
    public void A_surrogate_pair_is_sorted_after_the_private_use_area() =>
        Assert.True(new ObjectId("\U0001F600") > new ObjectId("\uE000"));

    [Theory]
    [InlineData(DType.Int32, DType.Int64, true, DType.Int64)]
    [InlineData(DType.Float32, DType.Float64, true, DType.Float64)]
    [InlineData(DType.Int16, DType.Float32, true, DType.Float32)]
    [InlineData(DType.Int32, DType.Float32, true, DType.Float64)]
    [InlineData(DType.UInt8, DType.Int8, true, DType.Int16)]
    [InlineData(DType.UInt32, DType.Int32, true, DType.Int64)]
    [InlineData(DType.UInt64, DType.Int8, false, DType.UInt64)]
    [InlineData(DType.Int64, DType.Float64, false, DType.Int64)]
    [InlineData(DType.String, DType.Int32, false, DType.String)]
    public void Types_are_promoted_only_without_loss(DType a, DType b, bool possible, DType promoted)
    {
        Assert.Equal(possible, DTypes.TryPromote(a, b, out DType forth));
        Assert.Equal(possible, DTypes.TryPromote(b, a, out DType back));
        if (possible)
            Assert.Equal((promoted, promoted), (forth, back));
    }

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(r => r == Rune.ReplacementChar);
}
