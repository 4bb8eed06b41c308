using Pile.Codecs.Deflate;

namespace Pile.Codecs.Tests;

public class LiteralCodesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(256)]
    public void Codes_that_are_joined_in_vectors_are_the_bits_of_codes_that_are_written_one_by_one(int differentValues)
    {
        Assert.SkipUnless(LiteralCodes.IsSupported, "The processor has no AVX-512 VBMI.");
        Random random = new(differentValues);
        byte[] raw = new byte[600];
        for (int i = 0; i < raw.Length; i++)
            raw[i] = (byte)(255 - (int)(differentValues * Math.Pow(random.NextDouble(), 4))); // codes of 1 to 14 bits
        HuffmanCode code = new(286, LiteralCodes.MaxBits);
        foreach (byte value in raw)
            code.Counts[value] += 1 << random.Next(5);
        code.Build();
        LiteralCodes codes = new();
        codes.Set(code.Entries);
        for (int length = 0; length <= raw.Length; length += length < 200 ? 1 : 37)
            foreach (int room in (int[])[2048, (length / 2) + 100])
                for (int before = 0; before < 8; before++) // bits of the byte that is not complete
                {
                    byte[] expected = new byte[2048], actual = new byte[room];
                    BitWriter oneByOne = new(expected), joined = new(actual);
                    oneByOne.Write(0, before);
                    joined.Write(0, before);
                    int written = codes.Write(ref joined, raw.AsSpan(0, Math.Min(length + (before * 13), raw.Length)), length);
                    Assert.True(room < 2048 || written == length);
                    foreach (byte value in raw.AsSpan(0, written))
                        oneByOne.Write(HuffmanCode.CodeOf(code.Entries[value]), HuffmanCode.LengthOf(code.Entries[value]));
                    oneByOne.Align();
                    joined.Align();
                    Assert.Equal(oneByOne.Bytes, joined.Bytes);
                    Assert.Equal(expected[..oneByOne.Bytes], actual[..joined.Bytes]);
                }
    }
}
