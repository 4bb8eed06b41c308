using System.Globalization;
using System.Text.Json;
using Pile.Cli.Tests.Chips;
using Pile.TestKit;

namespace Pile.Cli.Tests;

/// <summary>Pixels that a mask, or the nodata of a chip, marks are measured neither by <c>pile statistics</c> nor for
/// <c>--normalise</c>: against numpy.</summary>
public sealed class MaskedStatisticsTests(ChipDatasets chips) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Pixels_outside_the_frame_and_bad_ones_are_not_measured()
    {
        string[] expected = Python.Run("""
            import os, sys
            import numpy as np
            from astropy.io import fits
            from astropy.wcs import WCS
            os.chdir(sys.argv[1])
            w = WCS(naxis=2)
            w.wcs.ctype, w.wcs.crval, w.wcs.crpix, w.wcs.cdelt = ['RA---TAN', 'DEC--TAN'], [150, 2], [20.5, 15.5], [-1e-4, 1e-4]
            r = np.random.default_rng(3)
            kept = {}
            for band in 'gr':
                data = r.normal(1000 if band == 'g' else 50, 1, (30, 40)).astype('f4')
                bad = np.where(r.random((30, 40)) < .1, 4, 0).astype('i4')
                data[bad != 0] = 1e6
                fits.writeto(band + '.fits', data, w.to_header()), fits.writeto(band + '-dq.fits', bad, w.to_header())
                kept[band] = np.concatenate([data[12:18, 17:23][bad[12:18, 17:23] == 0], data[0:4, 36:40][bad[0:4, 36:40] == 0]])
            ra, dec = w.wcs_pix2world([[19.5, 14.5], [38.5, 0.5]], 0).T
            rows = ''.join(f'{i},{a!r},{d!r}\n' for i, (a, d) in enumerate(zip(ra.tolist(), dec.tolist())))
            open('t.csv', 'w').write('id,ra,dec\n' + rows)
            for band in 'gr':
                x = kept[band].astype('f8')
                print(x.size, 72 - x.size, repr(x.mean()), repr(x.std()))
            """, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.WriteAllText(folder["r.yaml"], """
            pile: 1
            name: cut
            modality: image
            provenance: { project: P, survey: S, instrument: I, release: R1 }
            licence: CC-BY-4.0
            citation: c
            source:
              kind: fits-cutout
              catalogue: t.csv
              size: 6
              bands:
                - { name: g, files: g.fits, mask: { files: g-dq.fits, bad: nonzero } }
                - { name: r, files: r.fits, mask: { files: r-dq.fits, bad: nonzero } }
            """);
        ProgramResult built = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"]);
        Assert.True(built.ExitCode == 0, built.Error);

        JsonElement[] bands = [.. PileProgram.RunToJson("statistics", folder["d"]).GetProperty("bands").EnumerateArray()];
        Assert.Equal(expected, bands.Select(b => $"{b.GetProperty("pixels")} {b.GetProperty("omitted")} " + Scale(b)), Close);
        string[] scales = [.. expected.Select(line => string.Join(' ', line.Split(' ')[2..]))];
        Assert.Equal(scales, ScalesOf("d", "image_array"), Close);
        Assert.Equal(scales, ScalesOf("d", "image_array", "--columns", "image_array"), Close);
        Assert.Equal(scales, ScalesOf("d", "image_array", "--split", "hash", "--part", "train", "--shares", "train=1"), Close);
    }

    [Fact]
    public void Nodata_of_chips_is_not_measured_and_each_band_has_its_own_scale()
    {
        string[] expected = Python.Run("""
            import sys
            import numpy as np, rasterio
            def part(item, band):
                values = rasterio.open(f'{sys.argv[1]}/{item}/{band}.tif').read(1)
                values = values[:values.shape[0] // 32 * 32, :values.shape[1] // 32 * 32]
                return values[values != 0].astype('f8')
            for band in ('nir', 'red'):
                x = np.concatenate([part(item, band) for item in ('a1', 'a2')])
                print(repr(x.mean()), repr(x.std()))
            """, chips["."]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, PileProgram.Run("copy", chips["all"], folder["stored"], "--materialize").ExitCode);
        foreach (string dataset in (string[])[chips["all"], folder["stored"]])
        {
            Assert.Equal(expected, ScalesOf(dataset, "chip_array"), Close);
            Assert.Equal(expected, ScalesOf(dataset, "chip_array", "--columns", "chip_array"), Close);
        }
    }

    public void Dispose() => folder.Dispose();

    private static string Scale(JsonElement e) => string.Create(CultureInfo.InvariantCulture,
        $"{e.GetProperty("mean").GetDouble():R} {e.GetProperty("std").GetDouble():R}");

    /// <summary>Returns mean and standard deviation of each band as the pin records them.</summary>
    private string[] ScalesOf(string dataset, string column, params string[] options)
    {
        string pin = folder[$"{Guid.NewGuid():N}.pin.yaml"];
        ProgramResult result = PileProgram.Run(
            ["stream", Path.Combine(folder.Path, dataset), "--normalise", column, "--pin", pin, .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        string[] numbers = [.. File.ReadAllLines(pin).Select(line => line.Trim().Split(": "))
            .Where(pair => pair[0] is "mean" or "std").Select(pair => pair[1].Trim('"'))];
        return [.. numbers.Chunk(2).Select(pair => string.Join(' ', pair))];
    }

    // Sums in another order differ in the last bits.
    private static bool Close(string a, string b) => a.Split(' ').Zip(b.Split(' ')).All(pair =>
        double.Parse(pair.First, CultureInfo.InvariantCulture) is var x && double.Parse(pair.Second, CultureInfo.InvariantCulture) is var y
        && Math.Abs(x - y) <= 1e-12 * Math.Abs(x));
}
