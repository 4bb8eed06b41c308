using Pile.Builders.Sources.SkyImages;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

/// <summary>The Galactic extinction and the noise of images, against healpy, astropy and scipy.</summary>
public class ExtinctionTests
{
    // Makes HEALPix maps, the two hemispheres of a map like that of Schlegel, Finkbeiner and Davis, an image of the whole sky, and objects.
    private const string Make = """
        import sys, numpy as np, warnings
        warnings.simplefilter('ignore')
        from astropy.io import fits
        from astropy.wcs import WCS
        from astropy.coordinates import SkyCoord
        import healpy
        folder = sys.argv[1]
        rng = np.random.default_rng(5)
        c = SkyCoord(rng.uniform(3, 357, 60), np.degrees(np.arcsin(rng.uniform(-.99, .99, 60))), unit='deg')
        for name, nested, frame, columns, idl in (('ring', False, 'G', 1, True), ('nested', True, 'G', 1, False),
                                                  ('two', False, 'C', 2, True), ('ecliptic', True, 'E', 1, True)):
            m = rng.uniform(0, 2, 12 * 16 ** 2).astype('f4'); m[::50] = healpy.UNSEEN; m[3::40] = -99.5
            healpy.write_map(f'{folder}/{name}.fits', [m, m + 1][:columns], nest=nested, coord=frame, dtype=np.float32,
                             column_names=['EBV', 'ERR'][:columns], fits_IDL=idl)
            fits.setval(f'{folder}/{name}.fits', 'BAD_DATA', value=-99.5, ext=1)
        for n, name in ((1, 'ngp'), (-1, 'sgp')):
            w = WCS(naxis=2)
            w.wcs.ctype = 'GLON-ZEA', 'GLAT-ZEA'; w.wcs.crval = 90, 90 * n; w.wcs.crpix = 32.5, 32.5; w.wcs.lonpole = 180
            scale = 180 / np.pi * np.sqrt(2) / 32  # 32 pixels from the pole to the equator of the galaxy
            w.wcs.cd = [[-scale, 0], [0, scale]]
            fits.writeto(f'{folder}/SFD_dust_{name}.fits', rng.uniform(0, 2, (64, 64)).astype('f4'), w.to_header())
        with open(f'{folder}/t.csv', 'w') as f:
            print('ra,dec,EBV,A_r', file=f)
            for i, (ra, dec) in enumerate(zip(c.ra.deg, c.dec.deg)):
                print(f'{float(ra)!r},{float(dec)!r},{i / 64},' + (f'{i / 32}' if i % 7 else ''), file=f)
        w = WCS(naxis=2); w.wcs.ctype = 'RA---CAR', 'DEC--CAR'; w.wcs.crval = 180, 0; w.wcs.crpix = 91, 46; w.wcs.cdelt = -2, 2
        fits.writeto(f'{folder}/sky.fits', rng.normal(5, 3, (91, 181)).astype('f4'), w.to_header())
        """;

    private const string Judge = """
        import healpy
        from astropy.io import fits
        from astropy.wcs import WCS
        from astropy.coordinates import SkyCoord
        from scipy.ndimage import map_coordinates
        extinction = dict(zip(columns['image_band'][0], columns['image_extinction'].T))
        c = SkyCoord(columns['ra'], columns['dec'], unit='deg')
        for name in ('ring', 'nested', 'two', 'ecliptic'):
            m, h = healpy.read_map(f'{sys.argv[2]}/{name}.fits', field=0, h=True, nest=None, dtype=np.float64); h = dict(h)
            there = {'G': c.galactic, 'C': c.fk5, 'E': c.barycentricmeanecliptic}[h['COORDSYS']].data
            want = m[healpy.ang2pix(16, there.lon.deg, there.lat.deg, lonlat=True, nest=h['ORDERING'] == 'NESTED')]
            want = np.where((want < -1e30) | (want == -99.5), np.nan, want * 2.165)
            np.testing.assert_array_equal(extinction[name], want.astype('f4'), err_msg=name)
        c = c.galactic
        want = np.empty(len(c))
        for name, part in (('ngp', c.b.deg >= 0), ('sgp', c.b.deg < 0)):
            h = fits.open(f'{sys.argv[2]}/SFD_dust_{name}.fits')[0]
            x, y = WCS(h.header).all_world2pix(c.l.deg[part], c.b.deg[part], 0)
            n = h.header['CRVAL2'] / 90  # the formula of Schlegel et al. 1998, appendix C
            r = 32 * np.sqrt(1 - n * np.sin(c.b.rad[part]))
            np.testing.assert_allclose([x, y], [31.5 + r * np.cos(c.l.rad[part]), 31.5 - n * r * np.sin(c.l.rad[part])], atol=1e-6)
            want[part] = map_coordinates(h.data.astype('f8'), [y, x], order=1, mode='nearest')
        np.testing.assert_allclose(extinction['sfd'], 3.1 * want, rtol=1e-6)
        if 'column' in extinction:
            ebv, a_r = columns['EBV'], np.where(nulls['A_r'], np.nan, columns['A_r'])
            np.testing.assert_array_equal(extinction['product'], (ebv * 3.214).astype('f4'))
            np.testing.assert_array_equal(extinction['column'], a_r.astype('f4'))
            assert np.isnan(extinction['none']).all() and units['image_extinction'] == 'mag' and np.isnan(a_r).sum() == 9
            fwhm = dict(zip(columns['image_band'][0], columns['image_psf_fwhm'].T))
            np.testing.assert_array_equal(fwhm['product'], ebv.astype('f4'))
            np.testing.assert_allclose(fwhm['column'], ebv * columns['image_scale'][:, 6], rtol=1e-6)
        print(len(c))
        """;

    private const string Maps = """
        - { name: ring, files: sky.fits, extinction: { map: ring.fits, coefficient: 2.165 } }
        - { name: nested, files: sky.fits, extinction: { map: nested.fits, coefficient: 2.165 } }
        - { name: two, files: sky.fits, extinction: { map: two.fits, map_column: EBV, coefficient: 2.165 } }
        - { name: ecliptic, files: sky.fits, extinction: { map: ecliptic.fits, coefficient: 2.165 } }
        - { name: sfd, files: sky.fits, extinction: { map: SFD_dust_*.fits, coefficient: 3.1 } }
        """;

    [Fact]
    public async Task Extinction_of_maps_and_columns_agrees_with_healpy_and_the_formula_of_Schlegel_et_al()
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        RowBatch cutouts = await Cutouts.ReadOne($$"""
            kind: fits-cutout
            catalogue: t.csv
            size: 3
            bands:
            {{Maps}}
            - { name: product, files: sky.fits, extinction: { column: EBV, coefficient: 3.214 }, psf_fwhm: { column: EBV, unit: arcsec } }
            - { name: column, files: sky.fits, extinction: A_r, psf_fwhm: { column: EBV, unit: pixel } }
            - { name: none, files: sky.fits }
            """, folder.Path);
        Assert.Equal("60", PythonColumns.Run(cutouts, Judge, folder.Path).Trim());

        RowBatch tiles = Assert.Single(await BuilderRuns.Builder($"kind: fits-image\ntile: 30\nbands:\n{Maps}", folder.Path)
            .ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"{tiles.RowCount}", PythonColumns.Run(tiles, Judge, folder.Path).Trim());

        foreach ((string key, string place, string message) in new[]
        {
            ("extinction: { map: two.fits }", "two.fits, HDU 1", "Set 'map_column'"),
            ("extinction: { map: two.fits, map_column: TAU }", "two.fits, HDU 1", "no such column; the columns are EBV, ERR"),
            ("extinction: { map: t.csv }", "t.csv", "it is not a FITS file"),
            ("extinction: EBW", "t.csv, column 'EBW'", "there is no such column; the columns are EBV, A_r"),
            ("psf_fwhm: { column: name, unit: arcsec }", "t.csv, column 'name'", "there is no such column"),
        })
        {
            PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Cutouts.ReadOne(
                $"kind: fits-cutout\ncatalogue: t.csv\nsize: 3\nbands: [{{ name: r, files: sky.fits, {key} }}]", folder.Path));
            Assert.Contains(place, e.Message, StringComparison.Ordinal);
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("G", "galactic")]
    [InlineData("Galactic", "galactic")]
    [InlineData("C", "fk5")]
    [InlineData("CEL", "fk5")]
    [InlineData("EQUATORIAL", "fk5")]
    [InlineData("Celestial", "fk5")]
    [InlineData("FK5", "fk5")]
    [InlineData("ICRS", "icrs")]
    [InlineData("ECLIPTIC", "barycentricmeanecliptic")]
    [InlineData("FK4", null)]
    [InlineData("EQUATORIAL B1950", null)]
    [InlineData("GEOGRAPHIC", null)]
    [InlineData("EARTH", null)]
    [InlineData("", null)]
    public async Task The_word_of_a_map_decides_its_frame(string word, string? frame)
    {
        using TemporaryFolder folder = new();
        Python.Run(Make, folder.Path);
        Python.Run("import sys; from astropy.io import fits; fits.setval(sys.argv[1], 'COORDSYS', value=sys.argv[2], ext=1)",
            folder["ring.fits"], word);
        const string Recipe = "kind: fits-cutout\ncatalogue: t.csv\nsize: 3\nbands: [{ name: r, files: sky.fits, "
            + "extinction: { map: ring.fits } }]";
        if (frame is null)
        {
            PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Cutouts.ReadOne(Recipe, folder.Path));
            Assert.Contains($"COORDSYS = '{word}' names no frame. Set 'frame'", e.Message, StringComparison.Ordinal);
            return;
        }
        Assert.Equal("60", PythonColumns.Run(await Cutouts.ReadOne(Recipe, folder.Path), """
            import healpy
            from astropy.coordinates import SkyCoord
            there = getattr(SkyCoord(columns['ra'], columns['dec'], unit='deg'), sys.argv[3]).data
            m = healpy.read_map(sys.argv[2], field=0, nest=False, dtype=np.float64)
            want = m[healpy.ang2pix(16, there.lon.deg, there.lat.deg, lonlat=True)]
            np.testing.assert_array_equal(columns['image_extinction'].ravel(), np.where((want < -1e30) | (want == -99.5), np.nan, want)
                                          .astype('f4'))
            print(len(want))
            """, folder["ring.fits"], frame).Trim());
    }

    [Fact]
    public void Noise_is_that_of_mad_std_for_any_number_of_pixels()
    {
        Random random = new(11);
        int[] counts = [.. Enumerable.Range(0, 200), .. Enumerable.Range(0, 60).Select(i => 2600 + (i * 97)), 300_001];
        foreach (int count in counts)
        {
            // Few distinct values, so that many are equal; or a slope with outliers (also infinite ones), of which a sample says little.
            float[] flux = [.. Enumerable.Range(0, count).Select(i => (count % 4) switch
            {
                0 => (float)Math.Round(random.NextDouble() * 3),
                1 => (float)Math.Round(random.NextDouble() * 1000),
                2 => i % 11 == 0 ? (i % 2 == 0 ? 1e9f : float.PositiveInfinity) : i,
                _ => (float)Math.ScaleB(random.Next(9999) - random.Next(9999), -10),
            })];
            bool[] isGood = [.. flux.Select(_ => random.Next(4) > 0)];
            double[] good = [.. flux.Where((_, i) => isGood[i])];
            double median = Median(good), expected = 1.482602218505602 * Median([.. good.Select(v => Math.Abs(v - median))]);
            Assert.Equal((float)expected, BackgroundNoise.Std(flux, isGood, new float[3 * count]));
        }

        static double Median(double[] values) => values.Length == 0 ? double.NaN
            : values.Order().ToArray() is var sorted ? (sorted[(values.Length - 1) / 2] + sorted[values.Length / 2]) / 2 : 0;
    }
}
