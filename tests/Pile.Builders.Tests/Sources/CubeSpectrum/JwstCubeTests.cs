using Pile.Format;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes of JWST: flux per solid angle, on rotated spaxels that are not square, with descending wavelengths.</summary>
public class JwstCubeTests(MadeCubes made)
{
    [Theory]
    [InlineData("jwst_flip.fits", "ERR", "rms", "DQ", 5)]
    [InlineData("tiles_flip.fits", "-", "-", "-", 5)]
    public async Task Descending_wavelengths_per_solid_angle_on_rotated_rectangular_spaxels_agree_with_numpy(string file, string noise,
        string kind, string mask, int size)
    {
        RowBatch rows = await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: jwst.csv
            files: {{file}}
            {{(noise == "-" ? "" : $"ivar: {{ hdu: {noise}, kind: {kind} }}")}}
            {{(mask == "-" ? "" : $"mask: {{ hdu: {mask} }}")}}
            aperture: { radius_arcsec: 0.3 }
            image: { size: {{size}} }
            """, made.Folder);
        Assert.Equal(3, rows.RowCount); // the fourth has no valid spaxel
        Compared(rows, made.Folder, "SCI", 0.3, "exact", noise, kind, mask, -1, "sr", 0, 1e9);
        Assert.Equal("MJy", rows["spectrum_flux"].Schema.Unit);
        Assert.Equal(noise == "-", rows.Find("spectrum_ivar") is null);
    }

    [Fact]
    public async Task Order_of_axes_and_scale_do_not_change_other_values()
    {
        async Task<RowBatch> Read(string file, string more) => await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: jwst.csv
            files: {{file}}
            aperture: { radius_arcsec: 0.3 }
            image: { size: 6 }
            {{more}}
            """, made.Folder);
        RowBatch plain = await Read("vac.fits", ""), turned = await Read("turned.fits", ""),
            scaled = await Read("vac.fits", "scale: 1000\nunit: mJy");
        foreach (string column in new[] { "spectrum_flux", "spectrum_lambda", "image_array" })
            Assert.Equal(Values<float>(plain, column), Values<float>(turned, column));
        Assert.Equal(Values<float>(plain, "spectrum_flux").Select(f => f * 1000.0),
            Values<float>(scaled, "spectrum_flux").Select(f => (double)f),
            (a, b) => double.IsNaN(a) ? double.IsNaN(b) : Math.Abs((a / b) - 1) < 1e-6);
        Assert.Equal("mJy", scaled["spectrum_flux"].Schema.Unit);
    }
}
