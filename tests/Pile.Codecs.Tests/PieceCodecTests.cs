using System.Runtime.InteropServices;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Codecs.Tests;

public sealed class LibdeflatePieceCodecTests() : PieceCodecTests(usesLibdeflate: true);

public sealed class ManagedPieceCodecTests() : PieceCodecTests(usesLibdeflate: false);

/// <summary>Pieces, decoded by libdeflate and without it.</summary>
public abstract class PieceCodecTests(bool usesLibdeflate)
{
    [Fact]
    public void Python_and_Pile_decompress_each_others_streams()
    {
        using TemporaryFolder folder = new();
        PieceEncoder encoder = new();
        using PieceDecoder decoder = new(new ZlibDecompressor(usesLibdeflate));
        byte[] raw = Image(6, 20_003);
        File.WriteAllBytes(folder["raw"], raw);
        File.WriteAllBytes(folder["ours"], Encode(encoder, PieceCodec.Deflate, raw));
        Python.Run("""
            import sys, zlib
            folder = sys.argv[1]
            raw = open(folder + '/raw', 'rb').read()
            assert zlib.decompress(open(folder + '/ours', 'rb').read()) == raw
            for level in (0, 1, 9):
                open(f'{folder}/zlib{level}', 'wb').write(zlib.compress(raw, level))
            """, folder.Path);
        foreach (int level in (int[])[0, 1, 9])
        {
            byte[] back = new byte[raw.Length];
            decoder.Decode(PieceCodec.Deflate, File.ReadAllBytes(folder[$"zlib{level}"]), 1, back);
            Assert.Equal(raw, back);
        }
    }

    [Fact]
    public void Python_decompresses_pieces_that_were_completed_with_zeros()
    {
        using TemporaryFolder folder = new();
        PieceEncoder encoder = new();
        int count = 0;
        foreach (int length in (int[])[0, 1, 700, 16_000, 140_000])
            foreach (int zeros in (int[])[0, 1, 2, 3, 4, 10, 11, 257, 258, 259, 260, 261, 517, 518, 70_000, 20_000_000])
                foreach (bool isNoise in (bool[])[false, true])
                {
                    byte[] raw = Image(8, length);
                    if (isNoise)
                        new Random(length + zeros).NextBytes(raw);
                    byte[] stream = new byte[PieceEncoder.MaxStoredBytes(PieceCodec.Deflate, raw.Length + zeros)];
                    int open = encoder.EncodeOpen(raw, stream);
                    File.WriteAllBytes(folder[$"{count}.raw"], raw);
                    File.WriteAllBytes(folder[$"{count++}-{zeros}.piece"], stream[..PieceEncoder.Close(stream, open, zeros)]);
                }
        Assert.Equal($"{count}\n", Python.Run("""
            import glob, sys, zlib
            pieces = glob.glob(sys.argv[1] + '/*.piece')
            for piece in pieces:
                number, zeros = piece.rsplit('/', 1)[1][:-6].split('-')
                raw = open(f'{sys.argv[1]}/{number}.raw', 'rb').read()
                stored = open(piece, 'rb').read()
                assert zlib.decompress(stored) == raw + bytes(int(zeros)), piece
                assert len(stored) < len(raw) * 1.02 + int(zeros) / 100 + 64, (piece, len(stored))
            print(len(pieces))
            """, folder.Path));
    }

    [Fact]
    public void H5py_reads_encoded_pieces_as_chunks()
    {
        using TemporaryFolder folder = new();
        PieceEncoder encoder = new();
        byte[] raw = Image(7, 5 * 96 * 96 * sizeof(float));
        File.WriteAllBytes(folder["raw"], raw);
        File.WriteAllBytes(folder["piece"], Encode(encoder, PieceCodec.ShuffleDeflate, raw));
        Python.Run("""
            import sys, h5py, numpy as np
            folder = sys.argv[1]
            with h5py.File(folder + '/f.h5', 'w') as f:
                d = f.create_dataset('image', (1, 5, 96, 96), '<f4', chunks=(1, 5, 96, 96), compression='gzip', shuffle=True)
                d.id.write_direct_chunk((0, 0, 0, 0), open(folder + '/piece', 'rb').read())
            with h5py.File(folder + '/f.h5', 'r') as f:
                assert f['image'][:].tobytes() == open(folder + '/raw', 'rb').read()
            """, folder.Path);
    }

    [Theory]
    [InlineData("noise", 300_000, true)] // planes longer than a stored block
    [InlineData("noise", 2048, true)]
    [InlineData("noise", 2047, false)] // too short to be judged
    [InlineData("noise in a corner", 40_000, false)]
    [InlineData("ramp", 40_000, false)]
    [InlineData("integers", 40_000, true)]
    public void Low_bytes_of_noise_are_stored_and_h5py_reads_them(string kind, int elements, bool isStored)
    {
        using TemporaryFolder folder = new();
        PieceEncoder encoder = new();
        using PieceDecoder decoder = new(new ZlibDecompressor(usesLibdeflate));
        Random random = new(11);
        float[] values = [.. Enumerable.Range(0, elements).Select(i => kind switch
        {
            "ramp" => i / 64f,
            "integers" => BitConverter.Int32BitsToSingle(random.Next(1 << 24)),
            _ => kind == "noise" || i < elements / 8 ? random.NextSingle() : 0,
        })];
        byte[] raw = [.. MemoryMarshal.AsBytes<float>(values)], stored = Encode(encoder, PieceCodec.ShuffleDeflate, raw),
            back = new byte[raw.Length];
        Assert.Equal(isStored, (stored[2] & 0b110) == 0); // the type of the first block of deflate
        decoder.Decode(PieceCodec.ShuffleDeflate, stored, 4, back);
        Assert.Equal(raw, back);
        File.WriteAllBytes(folder["raw"], raw);
        File.WriteAllBytes(folder["piece"], stored);
        Python.Run("""
            import sys, h5py, numpy as np, zlib
            folder, raw = sys.argv[1], open(sys.argv[1] + '/raw', 'rb').read()
            piece = open(folder + '/piece', 'rb').read()
            with h5py.File(folder + '/f.h5', 'w') as f:
                d = f.create_dataset('x', (len(raw) // 4,), '<f4', chunks=(len(raw) // 4,), compression='gzip', shuffle=True)
                d.id.write_direct_chunk((0,), piece)
            with h5py.File(folder + '/f.h5', 'r') as f:
                assert f['x'][:].tobytes() == raw
            whole = zlib.compress(np.frombuffer(raw, 'u1').reshape(-1, 4).T.tobytes(), 1)
            assert len(piece) < 1.03 * len(whole), (len(piece), len(whole))
            """, folder.Path);
    }

    [Theory]
    [InlineData(PieceCodec.None)]
    [InlineData(PieceCodec.Shuffle)]
    [InlineData(PieceCodec.Deflate)]
    [InlineData(PieceCodec.ShuffleDeflate)]
    public void A_piece_of_unknown_size_is_decoded_for_any_expected_size(PieceCodec codec)
    {
        PieceEncoder encoder = new();
        using PieceDecoder decoder = new(new ZlibDecompressor(usesLibdeflate));
        byte[] raw = Image(8, 7_781 * sizeof(float)), zeros = new byte[1_000_000];
        byte[] stored = Encode(encoder, codec, raw), storedZeros = Encode(encoder, codec, zeros);
        foreach (int guess in (int[])[0, 1, 5000, raw.Length, 1 << 20])
            Assert.Equal(raw, decoder.DecodeUnsized(codec, stored, 4, guess).ToArray());
        Assert.Equal(zeros, decoder.DecodeUnsized(codec, storedZeros, 4, 100).ToArray());
        if (codec is PieceCodec.Deflate or PieceCodec.ShuffleDeflate)
            Assert.Throws<CodecException>(() => decoder.DecodeUnsized(codec, stored.AsSpan(0, stored.Length / 2), 4, raw.Length).Length);
    }

    [Theory]
    [InlineData(PieceCodec.None)]
    [InlineData(PieceCodec.Shuffle)]
    [InlineData(PieceCodec.Deflate)]
    [InlineData(PieceCodec.ShuffleDeflate)]
    public void Every_codec_restores_the_raw_bytes_and_rejects_another_size(PieceCodec codec)
    {
        PieceEncoder encoder = new();
        using PieceDecoder decoder = new(new ZlibDecompressor(usesLibdeflate));
        foreach (int length in (int[])[0, 1, 7, 64, 4096, 100_001])
        {
            byte[] raw = Image(length, length);
            byte[] stored = Encode(encoder, codec, raw);
            byte[] back = new byte[length];
            decoder.Decode(codec, stored, 4, back);
            Assert.Equal(raw, back);
            Assert.Throws<CodecException>(() => decoder.Decode(codec, stored, 4, new byte[length + 1]));
            if (length > 0)
                Assert.Throws<CodecException>(() => decoder.Decode(codec, stored, 4, new byte[length - 1]));
        }
        Assert.Throws<CodecException>(() => decoder.Decode((PieceCodec)99, [], 4, []));
    }

    [Fact]
    public void A_truncated_stream_is_an_error_at_every_length()
    {
        PieceEncoder encoder = new();
        using PieceDecoder decoder = new(new ZlibDecompressor(usesLibdeflate));
        byte[] stored = Encode(encoder, PieceCodec.ShuffleDeflate, Image(8, 2000));
        byte[] back = new byte[2000];
        for (int length = 0; length < stored.Length; length++)
            Assert.Throws<CodecException>(() => decoder.Decode(PieceCodec.ShuffleDeflate, stored.AsSpan(0, length), 4, back));
    }

    [Fact]
    public unsafe void A_corrupt_stream_is_an_error_without_access_outside_the_buffers()
    {
        const int rawBytes = 3000;
        PieceEncoder encoder = new();
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        byte[] stored = Encode(encoder, PieceCodec.Deflate, Image(9, rawBytes));
        // The input and the output each end at an inaccessible page.
        using GuardedBytes input = new(stored.Length), output = new(rawBytes);
        Random random = new(10);
        for (int round = 0; round < 3000; round++)
        {
            stored.CopyTo(input.Span);
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                input.Span[random.Next(stored.Length)] ^= (byte)(1 << random.Next(8));
            if (input.Span.SequenceEqual(stored))
                continue;
            try { decompressor.Decompress(input.Span, output.Span); }
            catch (CodecException) { continue; }
            // A few bits of the zlib header have no effect (the level); everything else is protected by Adler-32.
            Assert.Equal(stored.AsSpan(2), input.Span[2..]);
        }
    }

    [Fact]
    public void A_destination_that_is_too_short_is_an_argument_error()
    {
        ZlibCompressor compressor = new();
        byte[] noise = new byte[1000];
        new Random(1).NextBytes(noise);
        Assert.Throws<ArgumentException>(() => compressor.Compress(noise, new byte[100]));
        Assert.Throws<ArgumentException>(() => compressor.Compress(noise, new byte[ZlibCompressor.MaxCompressedBytes(1000) - 1]));
        Assert.InRange(ZlibCompressor.MaxCompressedBytes(1000), 1000, 1100);
    }

    /// <summary>Each row is a plane of bytes by its kind; zlib decompresses, and compresses for comparison.</summary>
    [Theory]
    [InlineData("noise", 1.001)]
    [InlineData("zeros", 1.0)]
    [InlineData("runs in noise", 1.02)]
    [InlineData("rows of noise with borders", 1.04)] // of different widths: stored, with copies in between
    [InlineData("noise twice", 1.02)] // a repetition at a distance of 30,000
    [InlineData("noise of 12,000 bytes", 1.02)] // repeated
    [InlineData("noise of 255 values", 1.01)]
    [InlineData("digits", 1.05)]
    [InlineData("ramp", 1.1)]
    [InlineData("two values", 1.05)]
    [InlineData("Fibonacci", 1.02)] // of the longest codes
    [InlineData("text", 1.25)] // repetitions in far places, which are not searched for long
    public void Zlib_reads_any_content_and_length_and_is_not_much_shorter(string kind, double mostOfZlib)
    {
        using TemporaryFolder folder = new();
        ZlibCompressor compressor = new();
        Random random = new(12);
        int[] lengths = [.. Enumerable.Range(0, 24), 257, 258, 259, 65_534, 65_535, 65_536, 131_071, 1_000_003,
            .. Enumerable.Range(0, 60).Select(_ => (int)Math.Exp(random.NextDouble() * 13))];
        string words = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pile.Codecs.Tests.deps.json"));
        foreach (int length in lengths)
        {
            byte[] raw = [.. Enumerable.Range(0, length).Select(i => (byte)(kind switch
            {
                "zeros" => 0,
                "runs in noise" => i / 40 % 2 == 0 ? 7 : random.Next(256),
                "rows of noise with borders" => i % 96 < i / 96 % 60 ? 0 : random.Next(256),
                "noise of 255 values" => random.Next(255),
                "digits" => random.Next('0', '9' + 1),
                "ramp" => i,
                "two values" => random.Next(20) == 0 ? 1 : 0,
                "Fibonacci" => Math.Log(i + 1) / Math.Log(1.618), // numbers of occurrences that make a tree as deep as it has symbols
                "text" => words[i % words.Length],
                _ => random.Next(256),
            }))];
            if (kind == "Fibonacci")
                random.Shuffle(raw);
            if (kind == "noise twice" && length > 30_000)
                raw.AsSpan(0, length - 30_000).CopyTo(raw.AsSpan(30_000));
            if (kind == "noise of 12,000 bytes")
                for (int i = 12_000; i < length; i++)
                    raw[i] = raw[i - 12_000];
            byte[] stored = new byte[ZlibCompressor.MaxCompressedBytes(length)];
            int planes = random.Next(1, 9), bytes = compressor.Compress(raw, stored, planes);
            File.WriteAllBytes(folder[$"{length}.raw"], raw);
            File.WriteAllBytes(folder[$"{length}.zlib"], stored[..bytes]);
        }
        Python.Run("""
            import sys, zlib, glob
            ours = theirs = 0
            for name in glob.glob(sys.argv[1] + '/*.raw'):
                raw, piece = open(name, 'rb').read(), open(name[:-3] + 'zlib', 'rb').read()
                assert zlib.decompress(piece) == raw, name
                ours, theirs = ours + len(piece), theirs + len(zlib.compress(raw, 1))
            assert ours <= float(sys.argv[2]) * theirs + 20000, (ours, theirs)
            """, folder.Path, mostOfZlib.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Only_bytes_that_are_given_are_read()
    {
        ZlibCompressor compressor = new();
        Random random = new(13);
        foreach (int length in (int[])[.. Enumerable.Range(0, 80), 2047, 2048, 2049, 46_080, 65_535, 65_537])
            foreach (int border in (int[])[0, 5, 40, 96])
            {
                using GuardedBytes raw = new(length);
                for (int i = 0; i < length; i++)
                    raw.Span[i] = (byte)(i % 96 < border ? 0 : random.Next(256));
                using GuardedBytes stored = new(ZlibCompressor.MaxCompressedBytes(length));
                Assert.InRange(compressor.Compress(raw.Span, stored.Span), 1, stored.Span.Length);
            }
    }

    [Fact]
    public void The_bytes_of_a_stream_do_not_depend_on_earlier_streams()
    {
        PieceEncoder used = new();
        foreach (int seed in (int[])[1, 2, 3, 1, 4, 2])
        {
            byte[] raw = Image(seed, 4096 << seed);
            Assert.Equal(Encode(new PieceEncoder(), PieceCodec.ShuffleDeflate, raw), Encode(used, PieceCodec.ShuffleDeflate, raw));
        }
    }

    private static byte[] Encode(PieceEncoder encoder, PieceCodec codec, byte[] raw)
    {
        byte[] stored = new byte[PieceEncoder.MaxStoredBytes(codec, raw.Length)];
        return stored[..encoder.Encode(codec, raw, 4, stored)];
    }

    /// <summary>Returns quantized noise similar to survey images.</summary>
    private static byte[] Image(int seed, int length)
    {
        Random random = new(seed);
        float[] pixels = new float[(length / sizeof(float)) + 1];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = MathF.Round((float)(random.NextDouble() + random.NextDouble() - 1) * 256) / 64;
        return MemoryMarshal.AsBytes<float>(pixels)[..length].ToArray();
    }
}
