using Pile.Codecs.Deflate;

namespace Pile.Codecs.Tests;

public class NoiseSampleTests
{
    [Theory]
    [InlineData(256, 0.0, true)]
    [InlineData(256, 0.4, true)] // the rest is padding
    [InlineData(256, 0.7, false)]
    [InlineData(250, 0.0, true)] // a code saves 0.4 %
    [InlineData(190, 0.0, false)] // 5 %
    [InlineData(64, 0.3, false)]
    [InlineData(1, 0.0, false)]
    public void Noise_is_told_from_bytes_that_a_code_makes_shorter(int values, double padding, bool isNoise)
    {
        Random random = new(21);
        for (int round = 0; round < 200; round++)
        {
            byte[] raw = new byte[random.Next(2048, 70_000)];
            for (int i = 0; i < raw.Length; i++)
                raw[i] = (byte)(random.NextDouble() < padding ? 0 : random.Next(values));
            Assert.Equal(isNoise, NoiseSample.IsNoise(raw));
        }
    }

    [Fact]
    public void Short_bytes_are_not_judged()
    {
        byte[] raw = new byte[2047];
        new Random(22).NextBytes(raw);
        Assert.False(NoiseSample.IsNoise(raw));
    }
}
