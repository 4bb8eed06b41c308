using Pile.Drawing;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Publishing.Tests;

/// <summary>PNG files, decoded with Python's zlib.</summary>
public sealed class PngFileTests : IDisposable
{
    // The encoder writes rows without filters, which keeps this decoder short.
    private const string Decode = """
        import sys, os, zlib, struct, numpy as np
        def png(path):
            b = open(path, "rb").read(); assert b[:8] == b"\x89PNG\r\n\x1a\n"
            at, idat = 8, b""
            while at < len(b):
                n, kind = struct.unpack(">I4s", b[at:at + 8]); body = b[at + 8:at + 8 + n]
                assert zlib.crc32(kind + body) == struct.unpack(">I", b[at + 8 + n:at + 12 + n])[0]
                if kind == b"IHDR": w, h, depth, colour = struct.unpack(">IIBB", body[:10])
                if kind == b"IDAT": idat += body
                at += 12 + n
            c = {0: 1, 2: 3}[colour]; rows = np.frombuffer(zlib.decompress(idat), "u1").reshape(h, 1 + w * c)
            assert depth == 8 and not rows[:, 0].any()
            return rows[:, 1:].reshape((h, w) if c == 1 else (h, w, 3))
        d = sys.argv[1]
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_composite_has_the_bands_in_their_channels_and_row_0_at_the_bottom()
    {
        float[] flux = new float[2 * 3 * Rows.Height * Rows.Width];
        flux[1] = 50; // des-g, y 0, x 1
        flux[(2 * Rows.Height * Rows.Width) + (4 * Rows.Width) + 6] = 50; // des-z, y 4, x 6
        RowBatch batch = Replace(new ColumnData<float>(Rows.Image, flux));
        await Write(batch, "chosen", ("des-z", "des-r", "des-g"), StretchCurve.Asinh);
        await Write(batch, "default", null, StretchCurve.Asinh);
        await Write(batch, "linear", null, StretchCurve.Linear);
        Python.Run(Decode + """

            for folder in ["chosen", "default", "linear"]:
                x = png(os.path.join(d, folder, "NGC%201%2F%CE%B1.b.image_array.png")); assert x.shape == (5, 7, 3)
                assert x[4, 1, 2] > 100 and x[4, 1, 0] < 60 and x[0, 6, 0] > 100 and x[0, 6, 2] < 60, (folder, x[4, 1], x[0, 6])
                assert (x[1:4] == x[2, 2]).all()
            """, folder.Path);
    }

    [Fact]
    public async Task A_single_band_and_a_mask_are_gray()
    {
        ColumnSchema single = Rows.Heavy("cutout", DType.Float64, Rows.Height, Rows.Width),
            good = Rows.Heavy("good", DType.Bool, Rows.Height, Rows.Width);
        double[] values = [.. Enumerable.Range(0, 2 * Rows.Height * Rows.Width).Select(i => (double)(i % 35))];
        RowBatch batch = new([.. Rows.Batch.Columns, new ColumnData<double>(single, values),
            new ColumnData<bool>(good, values.Select(v => v < 7).ToArray())]);
        Manifest manifest = Rows.Manifest with { Columns = [.. Rows.Manifest.Columns, single, good] };
        await Rows.WriteAsync(batch, ["cutout", "good"], folder["out"],
            new RowFileOptions { Format = RowFileFormat.Png, Stretch = StretchCurve.Log }, manifest);
        Python.Run(Decode + """

            x = png(os.path.join(d, "out", "obj-2.cutout.png")).astype(int); assert x.shape == (5, 7)
            assert (np.diff(x[::-1].ravel()) >= 0).all() and x[4, 0] < x[0, 6] # brightness grows with y: the last row is on top
            m = png(os.path.join(d, "out", "obj-2.good.png")); assert (m[4] == 255).all() and (m[:4] == 0).all()
            """, folder.Path);
    }

    [Fact]
    public async Task Unknown_bands_and_columns_without_pictures_are_rejected_before_anything_is_written()
    {
        await AssertRejected("'des-R'", ["image_array"], ("des-z", "des-R", "des-g"));
        await AssertRejected("des-g, des-r, des-z", ["image_mask"], ("g", "des-r", "des-g"));
        await AssertRejected("'z'", ["z"], null);
        Assert.False(Directory.Exists(folder["out"]));

        async Task AssertRejected(string expected, string[] columns, (string, string, string)? rgb)
        {
            ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => Rows.WriteAsync(Rows.Batch, columns, folder["out"],
                new RowFileOptions { Format = RowFileFormat.Png, Rgb = rgb }));
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bands_with_different_units_and_without_zero_points_are_not_combined()
    {
        ColumnSchema mixed = Rows.Image with { Bands = [.. Rows.Image.Bands.Select(b => b with { ZeroPointMag = null })] };
        RowBatch batch = Replace(new ColumnData<float>(mixed, Rows.ImageValues()));
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => Write(batch, "out", null, StretchCurve.Asinh));
        Assert.Contains("mJy", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("ELECTRONS/S", "electron s-1", 1)]
    [InlineData("mJy", "Jy", 1000)]
    public async Task Bands_with_convertible_units_are_combined_at_the_same_scale(string unit, string other, float factor)
    {
        float[] values = Rows.ImageValues(), scaled = [.. values];
        const int Plane = Rows.Height * Rows.Width;
        for (int i = 0; i < scaled.Length; i++)
            if (i / Plane % 3 == 1)
                scaled[i] /= factor;
        await Write(Replace(new ColumnData<float>(In(unit, unit), values)), "one", null, StretchCurve.Asinh);
        await Write(Replace(new ColumnData<float>(In(unit, other), scaled)), "two", null, StretchCurve.Asinh);
        Assert.NotEmpty(Directory.EnumerateFiles(folder["one"]));
        foreach (string file in Directory.EnumerateFiles(folder["one"]))
        {
            byte[] one = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken),
                two = await File.ReadAllBytesAsync(folder[$"two/{Path.GetFileName(file)}"], TestContext.Current.CancellationToken);
            Assert.Equal(one, two);
        }
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => Write(Replace(new ColumnData<float>(In(unit, "photon/s"), values)), "three", null, StretchCurve.Asinh));
        Assert.Contains("different units", e.Message, StringComparison.Ordinal);

        static ColumnSchema In(string all, string green) =>
            Rows.Image with
            {
                Unit = all,
                Bands =
                [.. Rows.Image.Bands.Select((b, i) => b with { ZeroPointMag = null, Unit = i == 1 ? green : null })]
            };
    }

    private Task<RowFilesSummary> Write(RowBatch batch, string name, (string, string, string)? rgb, StretchCurve stretch) =>
        Rows.WriteAsync(batch, ["image_array"], folder[name],
            new RowFileOptions { Format = RowFileFormat.Png, Rgb = rgb, Stretch = stretch });

    private static RowBatch Replace(ColumnData column) =>
        new(Rows.Batch.Columns.Select(c => c.Schema.Name == column.Schema.Name ? column : c));
}
