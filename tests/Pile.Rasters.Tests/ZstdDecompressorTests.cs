using Pile.Codecs;
using Pile.Format;
using Pile.Rasters.Native;

namespace Pile.Rasters.Tests;

/// <summary>The zstd library and its errors; its output is compared in <see cref="RasterOracleTests"/>.</summary>
public sealed class ZstdDecompressorTests
{
    [Fact]
    public void A_missing_library_is_an_error_that_states_how_to_install_it()
    {
        NativeLibraryMissingException error =
            Assert.Throws<NativeLibraryMissingException>(() => ZstdNative.Files.Load(path: null, ["/nowhere"]));
        Assert.Contains("libzstd.so.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("libzstd1", error.Message, StringComparison.Ordinal);
        Assert.Contains("PILE_ZSTD_LIBRARY", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_variable_that_does_not_load_is_not_replaced()
    {
        Assert.False(ZstdNative.Files.IsInstalled(path: null, ["/nowhere"]));
        Assert.True(ZstdNative.Files.IsInstalled("/nowhere/libzstd.so.1", [])); // loading it is an error
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_of_another_length_are_errors(bool usesLibzstd)
    {
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, (byte)'a', (byte)'b', (byte)'c']; // a raw block (RFC 8878, 3.1.1)
        using ZstdDecompressor zstd = new(usesLibzstd);
        byte[] raw = new byte[3];
        zstd.Decompress(frame, raw);
        Assert.Equal("abc"u8.ToArray(), raw);
        Assert.Throws<CodecException>(() => zstd.Decompress(frame, new byte[2]));
        Assert.Throws<CodecException>(() => zstd.Decompress(frame, new byte[4]));
        Assert.Throws<CodecException>(() => zstd.Decompress(frame.AsSpan(0, 11), new byte[3]));
        Assert.Throws<CodecException>(() => zstd.Decompress([], new byte[3]));
    }

    [Fact]
    public void Damaged_frames_have_the_same_result_with_and_without_libzstd()
    {
        byte[] raw = [.. Enumerable.Range(0, 30_000).Select(i => (byte)((i * i >> 9) + (i % 7)))];
        using ZstdSharp.Compressor compressor = new(level: 9);
        byte[] whole = compressor.Wrap(raw).ToArray();
        using ZstdDecompressor library = new(usesLibzstd: true), managed = new(usesLibzstd: false);
        Random random = new(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] stored = whole[..(round % 2 == 0 ? random.Next(whole.Length + 1) : whole.Length)];
            if (round % 2 == 1 && round > 1)
                stored[random.Next(stored.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Equal(Result(library, stored, raw.Length), Result(managed, stored, raw.Length));
        }
    }

    private static string Result(ZstdDecompressor zstd, byte[] stored, int rawBytes)
    {
        byte[] raw = new byte[rawBytes];
        try
        {
            zstd.Decompress(stored, raw);
            return Convert.ToBase64String(raw);
        }
        catch (CodecException)
        {
            return "error";
        }
    }
}
