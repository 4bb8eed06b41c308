using Pile.TestKit;

namespace Pile.Codecs.Tests;

public class ShuffleTests
{
    [Fact] // numpy defines the original order, h5py's stored chunk the shuffled order
    public void Agrees_with_chunks_written_by_h5py()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, h5py, numpy as np
            rng = np.random.default_rng(1)
            with h5py.File(sys.argv[1] + '/s.h5', 'w') as f:
                for name, dtype in [('1', 'u1'), ('2', 'u2'), ('4', 'u4'), ('8', 'u8'), ('16', 'c16'), ('3', 'S3')]:
                    for n in [1, 15, 16, 17, 63, 64, 1001]:
                        a = np.frombuffer(rng.bytes(n * np.dtype(dtype).itemsize), dtype)
                        d = f.create_dataset(f'{name}_{n}', data=a, chunks=(n,), shuffle=True)
                        open(f'{sys.argv[1]}/{name}_{n}.raw', 'wb').write(a.tobytes())
                        open(f'{sys.argv[1]}/{name}_{n}.stored', 'wb').write(d.id.read_direct_chunk((0,))[1])
            """, folder.Path);
        string[] raws = Directory.GetFiles(folder.Path, "*.raw");
        Assert.Equal(42, raws.Length);
        foreach (string path in raws)
        {
            int elementBytes = int.Parse(Path.GetFileName(path).Split('_')[0]);
            byte[] raw = File.ReadAllBytes(path), stored = File.ReadAllBytes(Path.ChangeExtension(path, "stored"));
            byte[] result = new byte[raw.Length];
            Shuffle.Apply(raw, elementBytes, result);
            Assert.Equal(stored, result);
            Shuffle.Undo(stored, elementBytes, result);
            Assert.Equal(raw, result);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(500)]
    public void Vectors_and_scalar_form_agree_at_every_length_and_alignment(int elementBytes)
    {
        byte[] bytes = new byte[512];
        new Random(elementBytes).NextBytes(bytes);
        for (int length = 0; length <= 400; length++)
        {
            ReadOnlySpan<byte> raw = bytes.AsSpan(length % 17, length);
            byte[] plain = new byte[length], guarded = new byte[length + 64], back = new byte[length + 1];
            Shuffle.ApplyScalar(raw, elementBytes, 0, length / elementBytes, plain);
            Shuffle.Apply(raw, elementBytes, guarded.AsSpan(31, length));
            Assert.Equal(plain, guarded[31..(31 + length)]);
            Assert.All(guarded[..31].Concat(guarded[(31 + length)..]), b => Assert.Equal(0, b));
            Shuffle.Undo(plain, elementBytes, back.AsSpan(1));
            Assert.Equal(raw, back.AsSpan(1));
            Shuffle.UndoScalar(plain, elementBytes, 0, length / elementBytes, back.AsSpan(1));
            Assert.Equal(raw, back.AsSpan(1));
        }
    }

    [Fact] // as libhdf5 does
    public void A_remainder_is_appended()
    {
        byte[] result = new byte[11];
        Shuffle.Apply([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 4, result);
        Assert.Equal([1, 5, 2, 6, 3, 7, 4, 8, 9, 10, 11], result);
    }

    [Fact]
    public void Invalid_arguments_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Shuffle.Apply(new byte[8], 4, new byte[7]));
        Assert.Throws<ArgumentException>(() => Shuffle.Undo(new byte[8], 4, new byte[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shuffle.Apply(new byte[8], 0, new byte[8]));
        byte[] same = new byte[16];
        Assert.Throws<ArgumentException>(() => Shuffle.Apply(same.AsSpan(0, 8), 4, same.AsSpan(4)));
    }
}
