using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>Weight maps of images whose own WCS differs from that of the image.</summary>
public class CompanionSkyTests
{
    [Theory]
    [InlineData("{}", 20)]
    [InlineData("dict(CRPIX1=12.0)", 20)]
    [InlineData("dict(CRPIX1=103.5)", 200)] // 3 of 200 pixels, as if only the image was calibrated
    public async Task A_shift_of_a_few_pixels_is_accepted(string cards, int side)
    {
        using TemporaryFolder folder = new();
        Write(folder, cards, side);
        Assert.Equal(1, (await Read(folder, "fits-cutout")).RowCount);
        Assert.Equal(1, (await Read(folder, "fits-image")).RowCount);
    }

    [Theory]
    [InlineData("dict(CRPIX1=20.5)", 20, "centre")]
    [InlineData("dict(CRPIX2=13.5)", 20, "centre")]
    [InlineData("dict(CRPIX1=106.5)", 200, "centre")]
    [InlineData("dict(CDELT1=1 / 3600)", 20, "pixel (1, 1)")]
    [InlineData("dict(CDELT2=-1 / 3600)", 20, "pixel (1, 1)")]
    [InlineData("dict(CDELT1=-1.5 / 3600, CDELT2=1.5 / 3600)", 20, "pixel (1, 1)")]
    public async Task A_weight_map_of_another_part_of_the_sky_is_an_error(string cards, int side, string pixel)
    {
        using TemporaryFolder folder = new();
        Write(folder, cards, side);
        foreach (string kind in new[] { "fits-cutout", "fits-image" })
        {
            SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => Read(folder, kind));
            Assert.Contains($"the ivar of x.fits should show the sky of the image, whose {pixel} is at (", e.Message,
                StringComparison.Ordinal);
        }
    }

    private static Task<RowBatch> Read(TemporaryFolder folder, string kind) => Cutouts.ReadOne($$"""
        kind: {{kind}}
        {{(kind == "fits-cutout" ? "catalogue: targets.csv\nsize: 6" : "")}}
        bands:
          - { name: g, files: x.fits, hdu: SCI, unit: count, ivar: { hdu: WHT, kind: ivar } }
        """, folder.Path);

    private static void Write(TemporaryFolder folder, string cards, int side)
    {
        File.WriteAllText(folder["targets.csv"], "object_id,ra,dec\n1,150.5,2.2\n");
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            side = int(sys.argv[3])
            sky = dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=150.5, CRVAL2=2.2, CRPIX1=side / 2 + 0.5, CRPIX2=side / 2 + 0.5,
                       CDELT1=-1 / 3600, CDELT2=1 / 3600, CUNIT1='deg', CUNIT2='deg')
            image = lambda name, **cards: fits.ImageHDU(np.ones((side, side), 'f4'), fits.Header(dict(sky, **cards)), name=name)
            fits.HDUList([fits.PrimaryHDU(), image('SCI'), image('WHT', **eval(sys.argv[2]))]).writeto(sys.argv[1])
            """, folder["x.fits"], cards, $"{side}");
    }
}
