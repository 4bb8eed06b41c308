using Pile.TestKit;

namespace Pile.Codecs.Tests;

public class LzfTests
{
    [Fact]
    public void Chunks_of_h5py_are_decompressed()
    {
        string[] lines = Python.Run("""
            import h5py, numpy as np
            random = np.random.default_rng(5)
            cases = [bytes(1), bytes(1000), b'abcabcabcabc' * 50, bytes(range(256)) * 40, np.arange(3000, dtype='i4').tobytes(),
                     b'ab' + bytes(70000), random.integers(0, 3, 9000).astype('u1').tobytes(),
                     np.cumsum(random.integers(-2, 3, 5000)).astype('<i2').tobytes()]
            with h5py.File('lzf', 'w', driver='core', backing_store=False) as f:
                for i, raw in enumerate(cases):
                    d = f.create_dataset(str(i), data=np.frombuffer(raw, 'u1'), chunks=(len(raw),), compression='lzf')
                    mask, stored = d.id.read_direct_chunk((0,))
                    if mask == 0: print(raw.hex(), stored.hex())
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 6, 8);
        foreach (string[] pair in lines.Select(line => line.Split(' ')))
        {
            byte[] raw = Convert.FromHexString(pair[0]), stored = Convert.FromHexString(pair[1]), found = new byte[raw.Length];
            Assert.Equal(raw.Length, Lzf.Decompress(stored, found));
            Assert.Equal(raw, found);
            Assert.Throws<CodecException>(() => Lzf.Decompress(stored, new byte[raw.Length - 1]));
            Assert.Equal(raw.Length, Lzf.Decompress(stored, new byte[raw.Length + 9]));
        }
    }

    [Theory]
    [InlineData("02AABB")] // three literals, of which one is missing
    [InlineData("2000")] // a repetition before the first byte
    [InlineData("00AA2001")] // a distance of 2 after one byte
    [InlineData("00AAE0")] // a length without its second byte
    [InlineData("00AA20")] // a distance without its second byte
    public void Corrupt_bytes_are_rejected(string hex) =>
        Assert.Throws<CodecException>(() => Lzf.Decompress(Convert.FromHexString(hex), new byte[1000]));

    [Fact]
    public void Random_bytes_never_exceed_the_destination()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            Random random = new(seed);
            byte[] stored = new byte[random.Next(60)], destination = new byte[random.Next(400) + 8];
            random.NextBytes(stored);
            destination.AsSpan(^8..).Fill(0xA5);
            try
            {
                Assert.InRange(Lzf.Decompress(stored, destination.AsSpan(..^8)), 0, destination.Length - 8);
            }
            catch (CodecException)
            {
            }
            Assert.True(destination.AsSpan(^8..).IndexOfAnyExcept((byte)0xA5) < 0, $"seed {seed}");
        }
    }
}
