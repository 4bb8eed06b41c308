using System.Globalization;
using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Which float pixels are nodata, against the masks of GDAL.</summary>
public sealed class NodataRangeTests : IDisposable
{
    // The pixels next to both ends of the tolerance, and others: one file for each nodata text, one row of pixels.
    private const string Files = """
        import struct, sys
        import numpy as np, rasterio
        r = np.random.default_rng(5)
        texts = ['-3.4028230607370965e+38', '-3.4028235e+38', '-3.40282346638528860e+38', '3.4028234663852886e+38',
                 '-9999', '-9999.99', '1e20', '0', '1e-40', '-1e-3', '1', '1.5e38', '-2e38', 'nan', 'inf', '-inf',
                 *(f'{s * 10.0 ** e:.9g}' for s, e in zip(r.uniform(-1, 1, 40), r.uniform(-30, 35, 40)))]
        old = {'1.#QNAN': 'nan', '-1.#QNAN': 'nan', '-1.#IND': 'nan', '1.#INF': 'inf', '-1.#INF': '-inf'}
        texts += old
        wide = ['1.7976931348623157e308', '-1.7976931348623157e308', '1e300', '5e-320', '-3.40282306073709652508e+38', '8e307']
        for n, (dtype, text) in enumerate([*(('f4', t) for t in texts), *(('f8', t) for t in texts + wide)]):
            kind, bits = np.dtype(dtype).type, {'f4': np.int32, 'f8': np.int64}[dtype]
            nodata = kind(float(old.get(text, text)))
            finite = np.isfinite(nodata) and nodata != 0
            edges = [nodata, *(nodata * kind(f) for f in ((1 + 2 ** -22) / (1 - 2 ** -22), (1 - 2 ** -22) / (1 + 2 ** -22)) if finite)]
            near = [np.array([e]).view(bits) + np.arange(-40, 41) for e in edges if np.isfinite(e)]
            pixels = np.concatenate([*(b.astype(bits).view(kind) for b in near), np.array([0, -0.0, 1, -1, np.nan, np.inf, -np.inf], kind),
                                     nodata * np.array([0, .5, .9, .999999, 1.000001, 1.2], kind),
                                     *(s * np.geomspace(1e29, 1e31, 50).astype(kind) for s in (1, -1))])
            path = f'{sys.argv[1]}/{n}.tif'
            with rasterio.open(path, 'w', driver='GTiff', width=pixels.size, height=1, count=1, dtype=kind, nodata=7) as f:
                f.write(pixels.reshape(1, 1, -1))
            b = bytearray(open(path, 'rb').read())
            at = struct.unpack('<I', b[4:8])[0]
            for p in range(at + 2, at + 2 + 12 * struct.unpack('<H', b[at:at + 2])[0], 12):
                if struct.unpack('<H', b[p:p + 2])[0] == 42113:
                    value = text.encode().ljust(4) + b'\0'
                    struct.pack_into('<II', b, p + 4, len(value), len(b))
                    b += value
            open(path, 'wb').write(b)
            with rasterio.open(path) as f:
                valid = f.read_masks(1)[0] != 0
            print(dtype, text, ''.join('01'[v] for v in valid & ~np.isnan(pixels)))
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Float_pixels_are_nodata_within_the_tolerance_of_GDAL()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        string[] expected = Python.Run(Files, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using RasterPool pool = new();
        for (int i = 0; i < expected.Length; i++)
        {
            string path = folder[string.Create(CultureInfo.InvariantCulture, $"{i}.tif")];
            IRasterSource source = await RasterComparison.OpenAsync(path, pool);
            byte[] valid = new byte[source.Layout.Width];
            await source.ReadValidAsync(new RasterRequest(0, new[] { 0 }, 0, 0, valid.Length, 1), valid, token);
            string[] words = expected[i].Split(' ');
            Assert.Equal(expected[i], $"{words[0]} {words[1]} {string.Concat(valid.Select(v => v == 0 ? '0' : '1'))}");
        }
    }
}
