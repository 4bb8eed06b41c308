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
    public void Frames_of_another_length_are_errors()
    {
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, (byte)'a', (byte)'b', (byte)'c']; // a raw block (RFC 8878, 3.1.1)
        using ZstdDecompressor zstd = new();
        byte[] raw = new byte[3];
        zstd.Decompress(frame, raw);
        Assert.Equal("abc"u8.ToArray(), raw);
        Assert.Throws<CodecException>(() => zstd.Decompress(frame, new byte[2]));
        Assert.Throws<CodecException>(() => zstd.Decompress(frame, new byte[4]));
        Assert.Throws<CodecException>(() => zstd.Decompress(frame.AsSpan(0, 11), new byte[3]));
    }
}
