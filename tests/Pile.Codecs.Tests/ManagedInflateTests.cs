using System.IO.Compression;

namespace Pile.Codecs.Tests;

/// <summary>Decompression without libdeflate has the results of libdeflate.</summary>
public sealed class ManagedInflateTests
{
    private static readonly byte[] Raw = [.. Enumerable.Range(0, 20_000).Select(i => (byte)((i * i >> 7) + (i % 300 == 0 ? i / 300 : 0)))];

    private static readonly byte[] Nothing = [0x78, 0x9C, 3, 0, 0, 0, 0, 1]; // a block without bytes

    public static TheoryData<int> Levels => [0, 1, 6, 9];

    [Theory]
    [MemberData(nameof(Levels))]
    public void Streams_of_any_length_and_damage_have_the_same_result(int level)
    {
        using ZlibDecompressor library = new(usesLibdeflate: true), managed = new(usesLibdeflate: false);
        byte[] whole = Compress(Raw, level);
        Random random = new(level);
        for (int round = 0; round < 2000; round++)
        {
            byte[] stored = (round % 4) switch
            {
                0 => whole[..random.Next(whole.Length + 1)],
                1 => [.. whole, .. new byte[random.Next(1, 9000)]], // bytes after the end
                2 => Damaged(whole, random),
                _ => whole,
            };
            bool isDamaged = round % 4 is 0 or 2;
            int room = random.Next(3) switch { 0 => Raw.Length, 1 => random.Next(Raw.Length + 1), _ => Raw.Length + random.Next(5000) };
            Assert.Equal(Exact(library, stored, room), Exact(managed, stored, room));
            // Which fault is found first, room that is too short or damage, is not defined.
            string[] results = [Unsized(library, stored, room), Unsized(managed, stored, room)];
            Assert.Equal(results[0] == "too long" && isDamaged ? "error" : results[0],
                results[1] == "too long" && isDamaged ? "error" : results[1]);
        }
    }

    [Fact]
    public void Empty_streams_are_the_same()
    {
        using ZlibDecompressor library = new(usesLibdeflate: true), managed = new(usesLibdeflate: false);
        foreach (byte[] stored in (byte[][])[[], [0x78], Nothing, Nothing[..^1], [1, 2, 3, 4, 5, 6, 7, 8]])
            foreach (int room in (int[])[0, 1, 10])
            {
                Assert.Equal(Exact(library, stored, room), Exact(managed, stored, room));
                Assert.Equal(Unsized(library, stored, room), Unsized(managed, stored, room));
            }
    }

    [Fact]
    public void The_checksum_is_that_of_libdeflate()
    {
        Random random = new(5);
        foreach (int length in (int[])[0, 1, 5551, 5552, 5553, 100_000])
        {
            byte[] noise = new byte[length], ones = new byte[length];
            random.NextBytes(noise);
            Array.Fill(ones, (byte)255);
            Assert.Equal(Adler32.Of(noise), Adler32.OfManaged(noise));
            Assert.Equal(Adler32.Of(ones), Adler32.OfManaged(ones));
        }
    }

    private static string Exact(ZlibDecompressor decompressor, byte[] stored, int room) => Result(() =>
    {
        byte[] raw = new byte[room];
        decompressor.Decompress(stored, raw);
        return Convert.ToBase64String(raw);
    });

    private static string Unsized(ZlibDecompressor decompressor, byte[] stored, int room) => Result(() =>
    {
        byte[] raw = new byte[room];
        return decompressor.TryDecompress(stored, raw, out int rawBytes) ? Convert.ToBase64String(raw, 0, rawBytes) : "too long";
    });

    private static string Result(Func<string> decompress)
    {
        try
        {
            return decompress();
        }
        catch (CodecException)
        {
            return "error";
        }
    }

    private static byte[] Damaged(byte[] whole, Random random)
    {
        byte[] damaged = [.. whole];
        damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private static byte[] Compress(byte[] raw, int level)
    {
        using MemoryStream stored = new();
        using (ZLibStream zlib = new(stored, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
            zlib.Write(raw);
        return stored.ToArray();
    }
}
