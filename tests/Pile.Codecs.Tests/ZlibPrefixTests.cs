using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;

namespace Pile.Codecs.Tests;

/// <summary>Beginnings of zlib streams, by libdeflate.</summary>
public sealed class LibdeflatePrefixTests() : ZlibPrefixTests(usesLibdeflate: true);

/// <summary>Beginnings of zlib streams, by System.IO.Compression.</summary>
public sealed class ManagedPrefixTests() : ZlibPrefixTests(usesLibdeflate: false);

/// <summary>Beginnings of zlib streams that .NET's zlib wrote: what libdeflate does not promise about its output.</summary>
public abstract class ZlibPrefixTests(bool usesLibdeflate)
{
    private const byte Guard = 0xA5;

    public enum Content
    {
        Zeros,
        Noise,
        NoiseThenZeros,
        ZerosThenNoise,
        Rows,
        Text,
    }

    public static TheoryData<Content, int, ZLibCompressionStrategy> Streams()
    {
        TheoryData<Content, int, ZLibCompressionStrategy> streams = [];
        foreach (Content content in Enum.GetValues<Content>())
        {
            foreach (int level in new[] { 0, 1, 6, 9 })
                streams.Add(content, level, ZLibCompressionStrategy.Default);
            streams.Add(content, 6, ZLibCompressionStrategy.HuffmanOnly);
            streams.Add(content, 6, ZLibCompressionStrategy.Fixed);
            streams.Add(content, 6, ZLibCompressionStrategy.RunLengthEncoding);
        }
        return streams;
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_prefix_is_the_beginning_of_the_stream(Content content, int level, ZLibCompressionStrategy strategy)
    {
        byte[] raw = Raw(content, 300_000, seed: level + (10 * (int)strategy));
        byte[] stored = Compress(raw, level, strategy);
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        Random random = new(7);
        int[] lengths = [0, 1, 2, 257, 258, 259, 511, 512, 513, 32767, 32768, 65534, 65535, 65536, 65537, 131070, 131071, raw.Length - 513,
            raw.Length - 512, raw.Length - 259, raw.Length - 1, raw.Length,
            .. Enumerable.Range(0, 80).Select(_ => random.Next(raw.Length))];
        foreach (int length in lengths)
            Check(decompressor, raw, stored, length);
    }

    [Fact]
    public void Any_prefix_of_any_mixture_of_blocks_is_the_beginning_of_the_stream()
    {
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        var cases = from seed in Gen.Choose(0, int.MaxValue) from level in Gen.Elements(0, 1, 3, 6, 9) select (seed, level);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Random random = new(c.seed);
            byte[] raw = [.. Enumerable.Range(0, random.Next(1, 9)).SelectMany(_ => Raw((Content)random.Next(6), random.Next(1, 90_000),
                random.Next()))];
            byte[] stored = Compress(raw, c.level, ZLibCompressionStrategy.Default);
            for (int i = 0; i < 10; i++)
                Check(decompressor, raw, stored, random.Next(raw.Length + 1));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void The_prefix_of_a_cut_stream_is_right_but_for_its_end_or_an_error(Content content, int level,
        ZLibCompressionStrategy strategy)
    {
        byte[] raw = Raw(content, 300_000, seed: level + (10 * (int)strategy)), stored = Compress(raw, level, strategy);
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        Random random = new(11);
        byte[] destination = new byte[raw.Length + ZlibDecompressor.PrefixRoomBytes];
        int found = 0;
        for (int i = 0; i < 400; i++)
        {
            int wanted = random.Next(raw.Length - ZlibDecompressor.CutRoomBytes), prefix = wanted + ZlibDecompressor.CutRoomBytes;
            // Most are cut near the end of the prefix, where a wrong byte would be.
            int near = (int)((long)stored.Length * (wanted + random.Next(3 * ZlibDecompressor.CutRoomBytes)) / raw.Length),
                cut = Math.Clamp(i % 4 is 0 ? random.Next(stored.Length) : near, 0, stored.Length - 1);
            destination.AsSpan().Clear();
            try
            {
                decompressor.DecompressPrefix(stored.AsSpan(0, cut), prefix, destination);
            }
            catch (CodecException)
            {
                continue;
            }
            Assert.Equal(wanted, Math.Min(wanted, destination.AsSpan().CommonPrefixLength(raw)));
            found++;
        }
        Assert.InRange(found, 10, 399);
    }

    [Fact]
    public void A_stream_that_is_shorter_than_the_prefix_or_cut_is_an_error()
    {
        byte[] raw = Raw(Content.Rows, 50_000, 1), stored = Compress(raw, 6, ZLibCompressionStrategy.Default);
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        byte[] destination = new byte[60_000 + ZlibDecompressor.PrefixRoomBytes];
        Assert.Throws<CodecException>(() => decompressor.DecompressPrefix(stored, 50_001, destination));
        Assert.Throws<CodecException>(() => decompressor.DecompressPrefix(stored.AsSpan(0, stored.Length / 2), 50_000, destination));
        Assert.Throws<CodecException>(() => decompressor.DecompressPrefix([1, 2, 3], 10, destination));
        Assert.Throws<ArgumentException>(() => decompressor.DecompressPrefix(stored, 60_001, destination));
    }

    [Fact]
    public void Corrupt_streams_are_errors_and_never_write_behind_the_destination()
    {
        byte[] raw = Raw(Content.Rows, 50_000, 1), stored = Compress(raw, 6, ZLibCompressionStrategy.Default);
        using ZlibDecompressor decompressor = new(usesLibdeflate);
        byte[] destination = new byte[20_000 + ZlibDecompressor.PrefixRoomBytes + 64];
        Random random = new(3);
        for (int i = 0; i < 500; i++)
        {
            byte[] corrupt = [.. stored];
            for (int k = random.Next(1, 5); k > 0; k--)
                corrupt[random.Next(corrupt.Length)] ^= (byte)(1 << random.Next(8));
            destination.AsSpan(^64).Fill(Guard);
            try
            {
                decompressor.DecompressPrefix(corrupt, 20_000, destination.AsSpan(0, destination.Length - 64));
            }
            catch (CodecException)
            {
                // expected for most
            }
            Assert.Equal(-1, destination.AsSpan(^64).IndexOfAnyExcept(Guard));
        }
    }

    private static void Check(ZlibDecompressor decompressor, byte[] raw, byte[] stored, int length)
    {
        byte[] destination = new byte[length + ZlibDecompressor.PrefixRoomBytes + 16];
        destination.AsSpan(^16).Fill(Guard);
        decompressor.DecompressPrefix(stored, length, destination.AsSpan(0, destination.Length - 16));
        Assert.Equal(length, Math.Min(length, destination.AsSpan().CommonPrefixLength(raw)));
        Assert.Equal(-1, destination.AsSpan(^16).IndexOfAnyExcept(Guard));
    }

    private static byte[] Raw(Content content, int count, int seed)
    {
        byte[] raw = new byte[count];
        Random random = new(seed);
        switch (content)
        {
            case Content.Noise:
                random.NextBytes(raw);
                break;
            case Content.NoiseThenZeros:
                random.NextBytes(raw.AsSpan(0, count / 2));
                break;
            case Content.ZerosThenNoise:
                random.NextBytes(raw.AsSpan(count / 2));
                break;
            case Content.Rows: // small differences of 16 bits, as after the horizontal predictor
                for (int i = 0; i < count; i++)
                    raw[i] = (byte)(i % 2 is 0 ? random.Next(40) : random.Next(20) / 19 * 255);
                break;
            case Content.Text:
                for (int i = 0; i < count; i++)
                    raw[i] = (byte)"the quick brown fox "[(i + (i / 700)) % 20];
                break;
            default:
                break;
        }
        return raw;
    }

    private static byte[] Compress(byte[] raw, int level, ZLibCompressionStrategy strategy)
    {
        using MemoryStream stream = new();
        using (ZLibStream zlib = new(stream, new ZLibCompressionOptions { CompressionLevel = level, CompressionStrategy = strategy }))
            zlib.Write(raw);
        return stream.ToArray();
    }
}
