using Pile.Format;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes of MaNGA: logarithmic wavelengths, also in a separate HDU, inverse variance, mask bits, line-spread function.</summary>
public class MangaCubeTests(MadeCubes made)
{
    [Theory]
    [InlineData("", "ignored")]
    [InlineData("wavelength: { hdu: WAVE, unit: Angstrom }", "manga")]
    [InlineData("wavelength: { hdu: WAVETAB, column: LAMBDA, unit: Angstrom, medium: vacuum }", "manga")]
    public async Task Cube_of_MaNGA_agrees_with_numpy(string wavelength, string covariance)
    {
        List<string> notes = [];
        RowBatch rows = await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: manga.csv
            files: manga.fits
            hdu: FLUX
            ivar: { hdu: IVAR, kind: ivar }
            mask: { hdu: MASK, bad: 1024 }
            aperture: { radius_arcsec: 1.1, covariance: {{covariance}} }
            image: { size: 11 }
            lsf: { hdu: LSF1, kind: fwhm }
            {{wavelength}}
            """, made.Folder, notes.Add);
        string printed = Compared(rows, made.Folder, "FLUX", 1.1, "exact", "IVAR", "ivar", "MASK", 1024, "1", 0, 1e9).Split('\n')[0];
        Assert.StartsWith("3621.59", printed, StringComparison.Ordinal);
        Assert.Equal("1E-17 erg/s/cm^2/Ang", rows["spectrum_flux"].Schema.Unit);
        Assert.Equal(2 / 2.3548200450309493, Values<float>(rows, "spectrum_lsf_sigma")[0], 1e-6);
        Assert.NotNull(rows.Find("native_spectrum_mask"));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("kind: sigma", 0.9, 1.4)]
    [InlineData("kind: fwhm", 0.9 / 2.3549, 1.4 / 2.3548)]
    [InlineData("kind: resolution", 3621.5 / 1.4 / 2.3549, 3648 / 0.9 / 2.3548)]
    public async Task Line_spread_of_voxels_is_the_mean_over_the_aperture(string kind, double least, double most)
    {
        RowBatch rows = await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: manga.csv
            files: manga.fits
            aperture: { radius_arcsec: 1.1 }
            lsf: { hdu: LSFPOST, {{kind}} }
            """, made.Folder);
        Assert.All(Values<float>(rows, "spectrum_lsf_sigma"), sigma => Assert.InRange(sigma, least, most));
        RowBatch polynomial = await ReadAsync("kind: cube-spectrum\ncatalogue: manga.csv\nfiles: manga.fits\naperture: { radius_arcsec: "
            + "1.1 }\nlsf: { polynomial: [6, -0.001], kind: sigma }", made.Folder);
        Assert.Equal(6 - (0.001 * Values<float>(polynomial, "spectrum_lambda")[20]),
            Values<float>(polynomial, "spectrum_lsf_sigma")[20], 1e-5);
    }
}
