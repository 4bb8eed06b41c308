using Pile.TestKit;

namespace Pile.Codecs.Tests;

public class Fletcher32Tests
{
    [Fact]
    public void Checksums_equal_those_of_libhdf5()
    {
        string[] lines = Python.Run("""
            import h5py, numpy as np
            random = np.random.default_rng(5)
            cases = [bytes([n] * length) for n in (0, 1, 255) for length in (1, 2, 3, 7, 8, 9, 719, 720, 721, 722, 5000)]
            cases += [random.bytes(length) for length in (1, 17, 100, 65535, 131072, 3000001)] + [bytes([255]) * 4000000]
            with h5py.File('sums', 'w', driver='core', backing_store=False) as f:
                for i, raw in enumerate(cases):
                    d = f.create_dataset(str(i), data=np.frombuffer(raw, 'u1'), chunks=(len(raw),), fletcher32=True)
                    print(d.id.read_direct_chunk((0,))[1].hex())
            """).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(40, lines.Length);
        foreach (byte[] chunk in lines.Select(Convert.FromHexString))
        {
            Assert.Equal(BitConverter.ToUInt32(chunk.AsSpan(^4..)), Fletcher32.Compute(chunk.AsSpan(..^4)));
            Assert.Equal(chunk.Length - 4, Fletcher32.Verify(chunk).Length);
            chunk[chunk.Length / 2] ^= 4;
            Assert.Throws<CodecException>(() => Fletcher32.Verify(chunk));
        }
    }

    [Fact]
    public void Chunks_without_a_checksum_are_rejected() => Assert.Throws<CodecException>(() => Fletcher32.Verify([1, 2, 3]));
}
