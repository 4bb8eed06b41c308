using System.Globalization;
using System.Text;

namespace Pile.Format.Tests.Text;

/// <summary>Compares texts of floats with those of .NET's formatter, which are the shortest ones, but for a few that are not read
/// back.</summary>
public sealed class JsonFloatTests
{
    private const int Count = 300_000, LongCount = 4_000_000;

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(5e-324, "5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(1e16, "10000000000000000.0")]
    [InlineData(1e17, "1E+17")]
    [InlineData(72057594037927936.0, "72057594037927940.0")]
    [InlineData(999999999999999.9, "999999999999999.9")]
    [InlineData(1234567890123456.0, "1234567890123456.0")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1E-05")]
    [InlineData(-123.456, "-123.456")]
    [InlineData(2e-44, "2E-44")]
    [InlineData(4.1045368012983762E-289, "4.1045368012983762E-289")] // 2^-958: .NET writes the number below
    public void A_double_has_its_shortest_text(double value, string expected) => Assert.Equal(expected, Text(value));

    [Theory]
    [InlineData(Count)]
    [InlineData(LongCount, Traits = ["Run", "Long"])]
    public void Doubles_have_the_text_of_the_framework(int count)
    {
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            RequireEqual(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)));
            RequireEqual(random.NextDouble() * 360);
            RequireEqual(Math.Round(random.NextDouble() * 1e6, i % 10) * Math.Pow(10, i % 25 - 12)); // few digits, zeros at the end
            RequireEqual(random.NextInt64(1L << (i % 63)));
        }
    }

    [Fact]
    public void Doubles_beside_powers_have_the_text_of_the_framework()
    {
        for (int exponent = -1074; exponent < 1024; exponent++)
            RequireEqualAround(Math.ScaleB(1, exponent));
        for (int exponent = -323; exponent <= 308; exponent++)
            for (int digits = 1; digits < 100; digits++)
                RequireEqualAround(double.Parse($"{digits}E{exponent - 1}", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(Count)]
    [InlineData(LongCount, Traits = ["Run", "Long"])]
    public void Floats_have_the_text_of_the_framework(int count)
    {
        Random random = new(2);
        for (int i = 0; i < count; i++)
        {
            RequireEqual(BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)));
            RequireEqual((float)Math.Round(random.NextDouble() * 30, i % 8));
            RequireEqual(random.Next(1 << (i % 31)));
        }
        for (int exponent = -149; exponent < 128; exponent++)
        {
            float power = MathF.ScaleB(1, exponent);
            foreach (float value in (float[])[MathF.BitDecrement(power), power, MathF.BitIncrement(power)])
                RequireEqual(value);
        }
        RequireEqual(float.MaxValue);
    }

    private static void RequireEqualAround(double value)
    {
        foreach (double near in (double[])[Math.BitDecrement(value), value, Math.BitIncrement(value)])
            RequireEqual(near);
    }

    private static void RequireEqual(double value)
    {
        if (double.IsFinite(value) && Text(value) is var text && Framework(value.ToString(CultureInfo.InvariantCulture)) is var expected
            && text != expected && (double.Parse(expected, CultureInfo.InvariantCulture) == value
                || double.Parse(text, CultureInfo.InvariantCulture) != value))
            Assert.Fail($"{text} instead of {expected}");
    }

    private static void RequireEqual(float value)
    {
        if (float.IsFinite(value) && Text(value) is var text && Framework(value.ToString(CultureInfo.InvariantCulture)) is var expected
            && text != expected && (float.Parse(expected, CultureInfo.InvariantCulture) == value
                || float.Parse(text, CultureInfo.InvariantCulture) != value))
            Assert.Fail($"{text} instead of {expected}");
    }

    private static string Framework(string text) => text.AsSpan().ContainsAny('.', 'E') ? text : $"{text}.0";

    private static string Text(double value)
    {
        Span<byte> bytes = stackalloc byte[JsonFloat.LongestBytes];
        return Encoding.ASCII.GetString(bytes[..JsonFloat.Format(value, bytes)]);
    }

    private static string Text(float value)
    {
        Span<byte> bytes = stackalloc byte[JsonFloat.LongestBytes];
        return Encoding.ASCII.GetString(bytes[..JsonFloat.Format(value, bytes)]);
    }
}
