using System.Numerics;
using System.Runtime.InteropServices;
using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Files whose images are compressed in different ways: cfitsio 4 keeps parameters of one while it reads another.</summary>
public class QuantizationTests
{
    private const int Width = 64, Height = 20;

    // Each quantized image is followed by one that is compressed without loss, of both types of floats.
    private const string Script = """
        import sys, gzip, numpy as np
        from astropy.io import fits
        r = np.random.default_rng(5)
        d = r.normal(50, 5, (20, 64)).astype('f4'); d[3, 3] = np.nan; d[4, 4] = 0
        clean = np.nan_to_num(d)
        def quantized(a, kind, method, level=16, **more):
            return fits.CompImageHDU(a, compression_type=kind, quantize_level=level, quantize_method=method, **more)
        def lossless(kind, dtype):
            return fits.CompImageHDU(r.normal(5, 1, (20, 64)).astype(dtype), compression_type=kind, quantize_level=0)
        images = [quantized(d, 'RICE_1', -1), quantized(d, 'RICE_1', 1, dither_seed=3), quantized(d, 'RICE_1', 2, dither_seed=99),
                  quantized(d, 'GZIP_1', -1), quantized(d, 'GZIP_2', 1), quantized(clean, 'HCOMPRESS_1', -1, 8, tile_size=(64, 20)),
                  quantized(d.astype('f8'), 'RICE_1', 1, 8), quantized(d.astype('f8'), 'GZIP_2', -1),
                  quantized(d, 'RICE_1', 1, 8, tile_size=(10, 7)),
                  fits.CompImageHDU(clean.astype('i2'), compression_type='RICE_1'),
                  fits.CompImageHDU(clean.astype('i4'), compression_type='HCOMPRESS_1', tile_size=(64, 20))]
        hdus = [fits.PrimaryHDU()]
        for i, image in enumerate(images):
            hdus += [image, lossless(['GZIP_2', 'GZIP_1'][i % 2], ['f4', 'f8'][i // 2 % 2])]
        path = sys.argv[1]
        fits.HDUList(hdus + [fits.ImageHDU(d)]).writeto(path)
        with fits.open(path) as f:
            np.stack([h.data.astype('<f8') for h in f[1:]]).tofile(path + '.bin')
        gzip.open(path + '.gz', 'wb').write(open(path, 'rb').read())
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pixels_do_not_depend_on_images_that_were_read_before(bool isGzip)
    {
        using TemporaryFolder folder = new();
        Python.Run(Script, folder["mixed.fits"]);
        double[] expected = [.. MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(folder["mixed.fits.bin"]))];
        int count = expected.Length / (Width * Height);
        string path = folder[isGzip ? "mixed.fits.gz" : "mixed.fits"];

        for (int first = 1; first <= count; first++) // as the first one after the headers
            using (FitsFile file = FitsFile.OpenRead(path))
                AssertEqual(file, first);
        using FitsFile all = FitsFile.OpenRead(path);
        foreach (int hdu in Enumerable.Range(1, count).Concat(Enumerable.Range(1, count).Reverse()))
            AssertEqual(all, hdu);
        for (int hdu = 2; hdu <= count; hdu += 2)
            for (int other = 1; other <= count; other += 2)
            {
                AssertEqual(all, hdu);
                AssertEqual(all, other);
            }

        void AssertEqual(FitsFile file, int hdu)
        {
            FitsImage image = file.Hdu(hdu).Image();
            double[] part = image.Type is FitsType.Float32 ? Read<float>(image, 30, 2, 7, 5) : Read<double>(image, 30, 2, 7, 5);
            double[] pixels = image.Type is FitsType.Float32 ? Read<float>(image, 0, 0, Width, Height)
                : Read<double>(image, 0, 0, Width, Height);
            double[] right = expected[((hdu - 1) * pixels.Length)..(hdu * pixels.Length)];
            Assert.True(right.AsSpan().SequenceEqual(pixels), $"HDU {hdu}");
            Assert.Equal(Enumerable.Range(2, 5).SelectMany(y => right[((y * Width) + 30)..((y * Width) + 37)]), part);
        }
    }

    private static double[] Read<T>(FitsImage image, int x0, int y0, int width, int height) where T : unmanaged, INumber<T>
    {
        T[] pixels = new T[width * height];
        image.Read(x0, y0, width, height, pixels.AsSpan());
        return [.. pixels.Select(double.CreateChecked)];
    }
}
