using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pile.TestKit;

namespace Pile.Fits.Tests;

public class ImageTests
{
    private const string Script = """
            def put(a): print(hashlib.sha256(np.where(np.isnan(a), np.float64('nan'), a).astype('<f8').tobytes()).hexdigest())
            with fits.open(arg) as f:
                for i, h in enumerate(f):
                    isImage = isinstance(h, (fits.PrimaryHDU, fits.ImageHDU, fits.CompImageHDU))
                    if not isImage or h.data is None or h.data.size == 0: continue
                    a = h.data.astype('f8')
                    print(i, *reversed(a.shape))
                    put(a)
                    p = a.reshape((-1,) + a.shape[-2:]) if a.ndim > 1 else a.reshape(1, 1, -1)
                    put(p[-1, p.shape[1] // 3:, p.shape[2] // 4:p.shape[2] // 4 + max(1, p.shape[2] // 2)])
        """;

    private static readonly string[] FileNames =
    [
        "images/m13.fits", "images/m13_gzip.fits", "images/m13_rice.fits", "images/dist_lookup.fits.gz",
        "images/c4d_140818_232043_ooi_z_ls9.N12.fits",
        "images/example_cube.fits", "images/1904-66_AZP.fits", "images/dss.14.29.56-62.41.05.fits.gz",
    ];

    private static readonly Oracle Oracle = new(Script, FileNames.Select(TestPaths.Data));

    public static TheoryData<string> Files => [.. FileNames];

    /// <summary>Every pixel type and compression, with blanks, NaN and infinities.</summary>
    private const string AllKinds = """
        import sys, numpy as np
        from astropy.io import fits
        r = np.random.default_rng(3)
        f = r.normal(size=(31, 43)).astype('f4'); g = f.astype('f8'); f[2, 3] = np.nan
        plain = f.copy(); plain[1, 1] = np.inf; plain[1, 2] = 1e-42
        i = r.integers(-999, 999, size=(31, 43)).astype('i2'); i[4, 5] = -32768
        hdus = [fits.PrimaryHDU(plain), fits.ImageHDU(g.reshape(1, 31, 43)), fits.ImageHDU(r.integers(0, 255, (3, 4, 5)).astype('u1')),
                fits.ImageHDU(r.integers(0, 65535, (9, 8)).astype('u2')), fits.ImageHDU(r.integers(-1 << 40, 1 << 40, (9, 8))),
                fits.ImageHDU(i), fits.ImageHDU(np.arange(7, dtype='i4'))]
        hdus[5].header['BLANK'] = -32768; hdus[5].header['BUNIT'] = 'adu'; hdus[5].header['XSCALE'] = 0.5; hdus[5].header['XZERO'] = 3.0
        for kind in ('RICE_1', 'GZIP_1', 'GZIP_2'):
            hdus.append(fits.CompImageHDU(np.abs(i[:, :40]), compression_type=kind))
        hdus.append(fits.CompImageHDU(np.abs(i[:16, :32]).astype('i4'), compression_type='HCOMPRESS_1', tile_size=(16, 16)))
        hdus.append(fits.CompImageHDU(f, compression_type='RICE_1', quantize_level=16))
        hdus.append(fits.CompImageHDU(f, compression_type='GZIP_2', quantize_level=0))
        fits.HDUList(hdus).writeto(sys.argv[1])
        with open(sys.argv[1], 'rb+') as f:
            b = f.read().replace(b'XSCALE ', b'BSCALE ').replace(b'XZERO ', b'BZERO '); f.seek(0); f.write(b)
        """;

    [Theory]
    [MemberData(nameof(Files))]
    public void Pixels_and_cut_outs_are_equal_to_astropy(string file) =>
        Assert.Equal(Oracle[TestPaths.Data(file)], Describe(TestPaths.Data(file)));

    [Fact]
    public void Every_kind_of_image_is_equal_to_astropy()
    {
        using TemporaryFolder folder = new();
        Python.Run(AllKinds, folder["kinds.fits"]);
        Assert.Equal(Oracle.Run(Script, folder["kinds.fits"]), Describe(folder["kinds.fits"]));
        using FitsFile file = FitsFile.OpenRead(folder["kinds.fits"]);
        Assert.Equal("adu", file.Hdu(5).Image().Unit);
        Assert.Equal(-32768, file.Hdu(5).Image().Blank);
        Assert.Throws<ArgumentException>(() => file.Hdu(5).Image().Read(new int[31 * 43].AsSpan())); // scaled
        Assert.Equal(FitsType.UInt16, file.Hdu(3).Image().Type);
    }

    [Theory]
    [InlineData("fits.PrimaryHDU(a)")]
    [InlineData("fits.ImageHDU(a)")]
    [InlineData("fits.CompImageHDU(a, compression_type='GZIP_1', quantize_level=0)")]
    public void Pixels_out_of_the_range_of_float32_are_an_error(string hdu)
    {
        using TemporaryFolder folder = new();
        Python.Run($"""
            import sys, numpy as np
            from astropy.io import fits
            a = np.full((5, 7), 1.1); a[0, 0] = np.inf; a[0, 1] = -3.4028235e38; a[3, 2] = -1e39
            h = {hdu}; fits.HDUList([h] if isinstance(h, fits.PrimaryHDU) else [fits.PrimaryHDU(), h]).writeto(sys.argv[1])
            """, folder["large.fits"]);
        using FitsFile file = FitsFile.OpenRead(folder["large.fits"]);
        FitsImage image = file.Hdu(hdu.Contains("Primary") ? 0 : 1).Image();
        float[] pixels = new float[14];
        image.Read(0, 0, 7, 2, pixels);
        Assert.Equal((-float.MaxValue, 1.1f), (pixels[1], pixels[2]));
        FitsException e = Assert.Throws<FitsException>(() => image.Read(1, 1, 3, 4, pixels));
        Assert.Contains("pixel (3, 4) (counted from 1) has the value -1E+39, which is out of the range of float32", e.Message);
    }

    [Fact] // as in files of DESI; cfitsio 4.2 cannot reconstruct such a header
    public void Compressed_images_with_scaling_before_the_first_column_are_read()
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            r = np.random.default_rng(4)
            u = r.integers(0, 2**32, (5, 27)).astype('u4')
            image = fits.CompImageHDU(u, name='B_MASK', compression_type='GZIP_1')
            other = fits.CompImageHDU(r.integers(-9, 9, (4, 6)).astype('i2'))
            fits.HDUList([fits.PrimaryHDU(), image, other]).writeto(sys.argv[1])
            b = bytearray(open(sys.argv[1], 'rb').read())
            cards = [bytes(b[i:i + 80]) for i in range(2880, 5760, 80)]
            scaling = [c for c in cards if c[:8] in (b'BSCALE  ', b'BZERO   ')]
            rest = [c for c in cards if c not in scaling]
            at = 1 + next(i for i, c in enumerate(rest) if c[:8] == b'TFIELDS ')
            assert len(scaling) == 2
            b[2880:5760] = b''.join(rest[:at] + scaling + rest[at:])
            open(sys.argv[1], 'wb').write(b)
            """, folder["desi.fits"]);
        Assert.Equal(Oracle.Run(Script, folder["desi.fits"]), Describe(folder["desi.fits"]));
        using FitsFile file = FitsFile.OpenRead(folder["desi.fits"]);
        Assert.Equal(("B_MASK", 32L, false, false),
            (file.Hdu(1).Name, file.Hdu(1).Header.GetInt64("BITPIX"), file.Hdu(1).Header.Contains("TFORM1"),
                file.Hdu(1).Header.Contains("ZCMPTYPE")));
    }

    [Theory]
    [InlineData("images/m13_gzip.fits")]
    [InlineData("images/m13_rice.fits")]
    public void A_compressed_image_is_equal_to_the_uncompressed_one(string file)
    {
        Assert.Equal(Pixels("images/m13.fits", 0), Pixels(file, 1));

        static int[] Pixels(string file, int hdu)
        {
            using FitsFile fits = FitsFile.OpenRead(TestPaths.Data(file));
            int[] pixels = new int[300 * 300];
            fits.Hdu(hdu).Image().Read(pixels.AsSpan());
            return pixels;
        }
    }

    [Theory]
    [InlineData("u4", "RICE_1", long.MaxValue)]
    [InlineData("u4", "GZIP_1", long.MaxValue)]
    [InlineData("u4", "GZIP_2", long.MaxValue)]
    [InlineData("u2", "RICE_1", long.MaxValue)]
    [InlineData("i4", "GZIP_2", long.MaxValue)]
    [InlineData("u4", "HCOMPRESS_1", 1 << 24)] // its coefficients of larger ones do not fit
    public void Compressed_integers_are_read_as_64_bits(string dtype, string method, long end)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys, numpy as np
            from astropy.io import fits
            info, end = np.iinfo(sys.argv[2]), int(sys.argv[4])
            x = np.random.default_rng(4).integers(max(info.min, -end), min(info.max + 1, end), (40, 30)).astype(sys.argv[2])
            if end > info.max:
                x[0, 0], x[0, 1] = info.min, info.max
            fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(x, compression_type=sys.argv[3])]).writeto(sys.argv[1])
            fits.getdata(sys.argv[1], 1).astype('<i8').tofile(sys.argv[1] + '.bin')
            """, folder["c.fits"], dtype, method, $"{end}");
        long[] pixels = new long[40 * 30], part = new long[5 * 3];
        using FitsFile file = FitsFile.OpenRead(folder["c.fits"]);
        file.Hdu(1).Image().Read(pixels.AsSpan());
        Assert.Equal(MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(folder["c.fits.bin"])), pixels);
        file.Hdu(1).Image().Read(2, 1, 5, 3, part.AsSpan());
        Assert.Equal(Enumerable.Range(1, 3).SelectMany(y => pixels[((y * 30) + 2)..((y * 30) + 7)]), part);
    }

    [Fact]
    public void A_rectangle_outside_the_image_is_an_argument_error()
    {
        using FitsFile file = FitsFile.OpenRead(TestPaths.Data("images/m13.fits"));
        FitsImage image = file.Hdu(0).Image();
        float[] pixels = new float[100];
        Assert.Throws<ArgumentException>(() => image.Read(291, 0, 10, 10, pixels.AsSpan()));
        Assert.Throws<ArgumentException>(() => image.Read(-1, 0, 10, 10, pixels.AsSpan()));
        Assert.Throws<ArgumentException>(() => image.Read(0, 0, 10, 11, pixels.AsSpan()));
        Assert.Throws<ArgumentException>(() => image.Read(0, 0, 10, 10, pixels.AsSpan(), plane: 1));
        image.Read(290, 290, 10, 10, pixels.AsSpan());
    }

    private static List<string> Describe(string path)
    {
        List<string> lines = [];
        using FitsFile file = FitsFile.OpenRead(path);
        foreach (FitsHdu hdu in file.Hdus.Where(h => h.Kind is FitsHduKind.Image))
        {
            FitsImage image = hdu.Image();
            lines.Add($"{hdu.Index} {string.Join(' ', image.Axes)}");
            lines.Add(image.Type is FitsType.Float32 ? Hash(All<float>(image)) : Hash(All<double>(image)));
            int width = (int)Math.Max(1, image.Width / 2), height = (int)(image.Height - (image.Height / 3));
            lines.Add(image.Type is FitsType.Float32 ? Hash(Part<float>(image, width, height)) : Hash(Part<double>(image, width, height)));
        }
        return lines;
    }

    private static double[] All<T>(FitsImage image) where T : unmanaged, INumber<T>
    {
        T[] pixels = new T[image.Width * image.Height * image.PlaneCount];
        image.Read(pixels.AsSpan());
        return [.. pixels.Select(double.CreateChecked)];
    }

    private static double[] Part<T>(FitsImage image, int width, int height) where T : unmanaged, INumber<T>
    {
        T[] pixels = new T[width * height];
        image.Read(image.Width / 4, image.Height / 3, width, height, pixels.AsSpan(), image.PlaneCount - 1);
        return [.. pixels.Select(double.CreateChecked)];
    }

    private static string Hash(double[] values)
    {
        // Uses the same NaN for all values: C# has a negative one, C a positive one.
        double[] canonical = [.. values.Select(v => double.IsNaN(v) ? BitConverter.UInt64BitsToDouble(0x7FF8000000000000) : v)];
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(canonical.AsSpan())));
    }
}
