using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Headers of extensions with <c>INHERIT = T</c>, in files written by astropy.</summary>
public sealed class InheritTests : IDisposable
{
    private const string Write = """
        import sys
        import numpy as np
        from astropy.io import fits
        primary = fits.PrimaryHDU(np.zeros((2, 2), 'f4') if sys.argv[2] == 'data' else None)
        for key, value in dict(BUNIT='adu', FILTER='r', GAIN=1.5, EXTNAME='MAIN', TELESCOP='Blanco ' * 12, SEEING=0.9).items():
            primary.header[key] = value
        hdus = fits.HDUList([primary])
        for inherit, kind in ((True, fits.ImageHDU), (True, fits.CompImageHDU), (False, fits.ImageHDU)):
            hdu = kind(np.arange(12, dtype='f4').reshape(3, 4))
            hdu.header['INHERIT'] = inherit
            hdu.header['SEEING'] = 1.1
            hdus.append(hdu)
        hdus.writeto(sys.argv[1])
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_extension_inherits_the_keywords_of_a_primary_header_without_data()
    {
        Python.Run(Write, folder["t.fits"], "none");
        string telescope = Python.Run("import sys\nfrom astropy.io import fits\nprint(fits.getheader(sys.argv[1])['TELESCOP'])",
            folder["t.fits"]).Trim();
        using FitsFile file = FitsFile.OpenRead(folder["t.fits"]);
        foreach (int index in (int[])[1, 2])
        {
            FitsHdu hdu = file.Hdu(index);
            Assert.Equal(("adu", "r", 1.5, telescope),
                (hdu.Image().Unit, hdu.Header.GetText("FILTER"), hdu.Header.GetFloat64("GAIN"), hdu.Header.GetText("TELESCOP")));
            Assert.Equal(1.1, hdu.Header.GetFloat64("SEEING")); // its own
            Assert.Equal([4, 3], hdu.Axes);
            Assert.NotEqual("MAIN", hdu.Name);
        }
        Assert.Null(file.Hdu(3).Header.GetText("BUNIT"));
        Assert.Equal(1.1, file.Hdu(3).Header.GetFloat64("SEEING"));
    }

    [Theory]
    [InlineData("hdu", 0)] // its own WCS, as astropy reads this header alone
    [InlineData("primary", 3)] // no WCS of its own
    public void A_WCS_is_inherited_completely_or_not_at_all(string of, int expected)
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.io import fits
            primary, hdu = fits.PrimaryHDU(), fits.ImageHDU(np.zeros((3, 4), 'f4'))
            hdu.header['INHERIT'] = True
            primary.header['RADESYS'] = 'FK4'
            for key, value in dict(CTYPE1='RA---TAN', CTYPE2='DEC--TAN', CRVAL1=10.0, CRVAL2=20.0).items():
                (hdu if sys.argv[2] == 'hdu' else primary).header[key] = value
            fits.HDUList([primary, hdu]).writeto(sys.argv[1])
            """, folder["t.fits"], of);
        using FitsFile file = FitsFile.OpenRead(folder["t.fits"]);
        FitsHeader header = file.Hdu(1).Header;
        Assert.Equal(expected, new[] { "RADESYS", "CTYPE1", "CRVAL2" }.Count(header.Contains) - (of == "hdu" ? 2 : 0));
    }

    [Fact]
    public void An_extension_inherits_nothing_from_a_primary_image()
    {
        Python.Run(Write, folder["t.fits"], "data");
        using FitsFile file = FitsFile.OpenRead(folder["t.fits"]);
        Assert.Null(file.Hdu(1).Header.GetText("BUNIT"));
    }
}
