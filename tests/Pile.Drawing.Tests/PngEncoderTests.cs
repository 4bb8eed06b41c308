using Pile.TestKit;

namespace Pile.Drawing.Tests;

public class PngEncoderTests
{
    // A decoder that is independent of the encoder: Python's struct, zlib and binascii.
    private const string Decoder = """
        import sys, struct, zlib, binascii
        png = open(sys.argv[1], 'rb').read()
        assert png[:8] == b'\x89PNG\r\n\x1a\n'
        at, chunks = 8, []
        while at < len(png):
            n, kind = struct.unpack('>I4s', png[at:at + 8])
            body = png[at + 8:at + 8 + n]
            assert binascii.crc32(kind + body) == struct.unpack('>I', png[at + 8 + n:at + 12 + n])[0], kind
            chunks.append((kind, body)); at += 12 + n
        assert [k for k, _ in chunks] == [b'IHDR', b'IDAT', b'IEND'] and at == len(png)
        w, h, depth, colour, *rest = struct.unpack('>IIBBBBB', chunks[0][1])
        raw = zlib.decompress(chunks[1][1])
        stride = w * {0: 1, 2: 3, 6: 4}[colour]
        assert len(raw) == h * (stride + 1) and depth == 8 and rest == [0, 0, 0]
        rows = [raw[y * (stride + 1):(y + 1) * (stride + 1)] for y in range(h)]
        assert all(r[0] == 0 for r in rows)
        print(w, h, colour, b''.join(r[1:] for r in rows).hex())
        """;

    [Theory]
    [InlineData(PngPixels.Gray, 0)]
    [InlineData(PngPixels.Rgb, 2)]
    [InlineData(PngPixels.Rgba, 6)]
    public void Python_decodes_the_same_pixels(PngPixels kind, int colourType)
    {
        var pixels = new byte[13 * 7 * (int)kind];
        new Random(7).NextBytes(pixels);
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["image.png"], PngEncoder.Encode(pixels, 13, 7, kind));

        string decoded = Python.Run(Decoder, folder["image.png"]).Trim();

        Assert.Equal($"13 7 {colourType} {Convert.ToHexStringLower(pixels)}", decoded);
    }

    [Fact]
    public void The_same_pixels_give_the_same_bytes()
    {
        byte[] pixels = new byte[300];
        new Random(1).NextBytes(pixels);
        Assert.Equal(PngEncoder.Encode(pixels, 10, 10, PngPixels.Rgb), PngEncoder.Encode(pixels, 10, 10, PngPixels.Rgb));
    }

    [Fact]
    public void A_wrong_length_is_reported_with_the_expected_one()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[11], 2, 2, PngPixels.Rgb));
        Assert.Contains("12 bytes in total; got 11", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_is_read_and_other_files_are_rejected()
    {
        Assert.Equal((5, 3), PngEncoder.SizeOf(PngEncoder.Encode(new byte[15], 5, 3, PngPixels.Gray)));
        Assert.Throws<ArgumentException>(() => PngEncoder.SizeOf("SIMPLE  =                    T / conforms to FITS"u8));
    }
}
