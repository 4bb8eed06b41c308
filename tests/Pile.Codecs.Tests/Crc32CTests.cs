using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Pile.Codecs.Tests;

public class Crc32CTests
{
    [Fact] // RFC 3720, B.4, and the check value of the catalogue of CRCs
    public void Agrees_with_the_vectors_of_RFC_3720()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xD9963A56u, Crc32C.Compute(Convert.FromHexString(
            "01C000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000")));
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public void Agrees_with_a_bitwise_computation_at_every_length_and_alignment()
    {
        byte[] bytes = Noise(3, 5000);
        foreach (int length in Enumerable.Range(0, 301).Concat([1023, 1024, 1025, 1151, 1152, 1279, 1280, 1281, 2047, 2048, 4096, 4917]))
            for (int from = 0; from < 65; from += length < 301 ? 7 : 1)
            {
                ReadOnlySpan<byte> part = bytes.AsSpan(from, length);
                Assert.Equal(BitByBit(part), Crc32C.Compute(part));
            }
    }

    [Fact]
    public void All_implementations_return_the_same_state()
    {
        byte[] bytes = Noise(4, 10_000);
        foreach (int length in (int[])[256, 257, 511, 512, 1000, 4096, 9999])
            foreach (uint state in (uint[])[0, 1, 0xFFFFFFFF, 0x12345678])
            {
                ReadOnlySpan<byte> part = bytes.AsSpan(1, length);
                uint expected = Crc32C.Software(state, part);
                if (Sse42.X64.IsSupported)
                    Assert.Equal(expected, Crc32C.Instruction(state, part));
                if (Pclmulqdq.IsSupported)
                    Assert.Equal(expected, Crc32C.Instruction(Crc32C.FoldNarrow(state, part, out ReadOnlySpan<byte> rest), rest));
                if (Pclmulqdq.V512.IsSupported)
                    Assert.Equal(expected, Crc32C.Instruction(Crc32C.FoldWide(state, part, out ReadOnlySpan<byte> rest), rest));
            }
    }

    [Fact]
    public void Append_continues_a_checksum()
    {
        byte[] bytes = Noise(5, 20_000);
        uint whole = Crc32C.Compute(bytes);
        foreach (int cut in (int[])[0, 1, 7, 1024, 9_999, 20_000])
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    private static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint state = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
        }
        return ~state;
    }
}
