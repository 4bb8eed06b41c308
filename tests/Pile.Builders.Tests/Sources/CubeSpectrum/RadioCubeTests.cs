using Pile.Format;
using Pile.TestKit;
using static Pile.Builders.Tests.Sources.CubeSpectrum.CubeRows;

namespace Pile.Builders.Tests.Sources.CubeSpectrum;

/// <summary>Cubes of radio telescopes: flux per beam over frequencies and velocities.</summary>
public class RadioCubeTests
{
    [Fact]
    public async Task Radio_cubes_are_summed_over_beams()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["k.csv"], "ra,dec\n0.0001,0.0001\n359.9998,-0.0002\n");
        RowBatch rows = await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: k.csv
            files: {{Ifu}}/kinms-vrad.fits
            aperture: { radius_arcsec: 2.5 }
            image: { size: 8 }
            """, folder.Path);
        Compared(rows, Ifu, "0", 2.5, "exact", "-", "-", "-", 0, "beam", 0, 1e9);
        Assert.Equal("Jy", rows["spectrum_flux"].Schema.Unit);

        File.WriteAllText(folder["e.csv"], "ra,dec\n52.2315,31.2437\n");
        rows = await ReadAsync($$"""
            kind: cube-spectrum
            catalogue: e.csv
            files: {{TestPaths.Data("images")}}/example_cube.fits
            aperture: { radius_arcsec: 0.15 }
            image: { size: 4 }
            """, folder.Path);
        Compared(rows, TestPaths.Data("images"), "0", 0.15, "exact", "-", "-", "-", 0, "beam", 0, 1e99);
    }
}
