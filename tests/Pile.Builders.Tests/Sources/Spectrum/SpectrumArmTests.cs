using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumArmTests
{
    private const string Desi = """
        files: spectra/desi/coadd-sv3-dark-26065.fits.gz
        arms:
          - { name: b, hdu: B_FLUX, wavelength: { hdu: B_WAVELENGTH }, ivar: { hdu: B_IVAR }, mask: { hdu: B_MASK } }
          - { name: z, hdu: Z_FLUX, wavelength: { hdu: Z_WAVELENGTH }, ivar: { hdu: Z_IVAR }, mask: { hdu: Z_MASK } }
          - { name: r, hdu: R_FLUX, wavelength: { hdu: R_WAVELENGTH }, ivar: { hdu: R_IVAR }, mask: { hdu: R_MASK } }
        wavelength: { unit: Angstrom, medium: vacuum }
        ivar: { kind: ivar }
        objects: FIBERMAP
        id: TARGETID
        ra: TARGET_RA
        dec: TARGET_DEC

        """;

    // Two arms in one table each, which overlap from 4300 to 4900 Å on a common grid.
    private const string TwoArms = """
        files: x.fits
        flux: F
        wavelength: { column: W, medium: vacuum }
        ivar: { column: E, kind: rms }
        arms:
          - { name: b, hdu: BLUE }
          - { name: r, hdu: RED }
        ra: RA
        dec: DEC

        """;

    [Fact]
    public async Task Arms_on_a_common_grid_are_averaged_as_by_numpy()
    {
        RowBatch rows = await SpectrumRows.Read(Desi + "overlap: ivar");
        SpectrumRows.Agrees(rows, """
            f = fits.open(sys.argv[2])
            wave = {a: f[a + '_WAVELENGTH'].data for a in 'BRZ'}
            grid = np.concatenate([wave['B'], wave['R'][wave['R'] > wave['B'][-1] + 0.1], wave['Z'][wave['Z'] > wave['R'][-1] + 0.1]])
            for i, target in enumerate(f['FIBERMAP'].data['TARGETID']):
                total, weights, bad = np.zeros(len(grid)), np.zeros(len(grid)), np.ones(len(grid), bool)
                alone, first = np.zeros(len(grid), int), np.zeros(len(grid), 'f4')
                single = np.zeros(len(grid), 'f4')
                for a in 'BRZ':
                    at = np.searchsorted(grid, wave[a] - 1e-3)
                    flux, ivar, mask = (f[f'{a}_{n}'].data[i] for n in ('FLUX', 'IVAR', 'MASK'))
                    weight = np.where((mask == 0) & (ivar > 0), ivar.astype('f8'), 0)
                    total[at] += weight * flux
                    weights[at] += weight
                    first[at] = np.where(alone[at] == 0, flux, first[at])
                    single[at] = ivar
                    alone[at] += 1
                    bad[at] &= (mask != 0) | ~(ivar > 0)
                assert (alone == 2).sum() == 51 + 126, np.unique(alone, return_counts=True)
                mean = np.where(weights > 0, total / np.where(weights > 0, weights, 1), first).astype('f4')
                np.testing.assert_array_equal(columns['spectrum_flux'][i], np.where(alone == 1, first, mean))
                np.testing.assert_array_equal(columns['spectrum_ivar'][i], np.where(alone == 1, single, weights.astype('f4')))
                np.testing.assert_array_equal(columns['spectrum_mask'][i], bad)
                np.testing.assert_array_equal(columns['spectrum_lambda'][i], grid.astype('f4'))
                assert columns['object_id'][i] == str(target)
            """, TestPaths.Data("spectra/desi/coadd-sv3-dark-26065.fits.gz"));
    }

    [Fact]
    public async Task The_mean_of_arms_is_that_of_the_builder_for_their_survey()
    {
        RowBatch rows = await SpectrumRows.Read(Desi + "overlap: ivar");
        List<RowBatch> desi = await BuilderRuns
            .Builder("kind: desi-spectrum\nfiles: spectra/desi/coadd-sv3-dark-26065.fits.gz\nredshifts: none")
            .ReadAllAsync(TestContext.Current.CancellationToken);
        foreach (string name in (string[])["spectrum_flux", "spectrum_ivar", "spectrum_lambda"])
            Assert.Equal(desi.SelectMany(b => b.Values<float>(name).ToArray()), rows.Values<float>(name).ToArray());
        Assert.Equal(desi.SelectMany(b => b.Values<bool>("spectrum_mask").ToArray()), rows.Values<bool>("spectrum_mask").ToArray());
    }

    [Fact]
    public async Task A_cut_takes_each_half_of_an_overlap_from_one_arm()
    {
        RowBatch rows = await SpectrumRows.Read(Desi + "overlap: cut");
        SpectrumRows.Agrees(rows, """
            f = fits.open(sys.argv[2])
            wave = [f[a + '_WAVELENGTH'].data for a in 'BRZ']
            middles = [0] + [(left[-1] + right[0]) / 2 for left, right in zip(wave, wave[1:])] + [1e9]
            kept = [(w >= low) & (w < high) for w, low, high in zip(wave, middles, middles[1:])]
            for name, hdu in (('spectrum_flux', 'FLUX'), ('spectrum_ivar', 'IVAR')):
                for i in range(len(f['FIBERMAP'].data)):
                    want = np.concatenate([f[f'{a}_{hdu}'].data[i][k] for a, k in zip('BRZ', kept)])
                    np.testing.assert_array_equal(columns[name][i], want)
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], np.concatenate([w[k] for w, k in zip(wave, kept)]).astype('f4'))
            """, TestPaths.Data("spectra/desi/coadd-sv3-dark-26065.fits.gz"));
    }

    [Fact]
    public async Task Arms_with_a_gap_in_sister_files_are_concatenated_with_their_own_native_columns()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            rng = np.random.default_rng(5)
            for arm, start, unit, n in (('uvb', 300, 'nm', 30), ('vis', 0.56, 'um', 40)):
                p = fits.PrimaryHDU()
                p.header.update(OBJECT=f'star {arm}', RA=12.5, DEC=-3.25, EXPTIME=100.)
                w = start + np.arange(n) * start * 1e-3
                flux = rng.normal(1, .1, n).astype('f4')
                t = Table({'WAVE': w[None], 'FLUX': flux[None], 'ERR': rng.uniform(.1, .2, (1, n)).astype('f4'),
                    'QUAL': rng.integers(0, 2, (1, n), dtype='i4'), 'ARM': [arm]}, units={'WAVE': unit, 'FLUX': 'Jy'})
                fits.HDUList([p, fits.BinTableHDU(t, name='SPECTRUM')]).writeto(f'{sys.argv[1]}/x_{arm}.fits')
            """, folder.Path);
        RowBatch row = await SpectrumRows.Read("""
            files: x_vis.fits
            flux: FLUX
            wavelength: { column: WAVE, medium: air }
            ivar: { column: ERR, kind: rms }
            mask: { column: QUAL }
            arms:
              - { name: vis }
              - { name: uvb, replace: [_vis, _uvb], mask: null }
            ra: RA
            dec: DEC
            keywords: [OBJECT]
            """, folder.Path);
        SpectrumRows.Agrees(row, """
            uvb, vis = (fits.open(n)['SPECTRUM'].data for n in sys.argv[2:4])
            lam = np.concatenate([uvb['WAVE'][0] * 10, vis['WAVE'][0] * 1e4])
            np.testing.assert_allclose(columns['spectrum_lambda'][0], lam, rtol=1e-7)
            assert (np.diff(columns['spectrum_lambda'][0]) > 0).all()
            np.testing.assert_array_equal(columns['spectrum_flux'][0], np.concatenate([uvb['FLUX'][0], vis['FLUX'][0]]))
            error = np.concatenate([uvb['ERR'][0], vis['ERR'][0]]).astype('f8')
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], (1 / (error * error)).astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_mask'][0], np.concatenate([np.zeros(30, bool), vis['QUAL'][0] != 0]))
            for arm, table in (('uvb', uvb), ('vis', vis)):
                for name in ('FLUX', 'WAVE', 'ERR', 'QUAL'):
                    np.testing.assert_array_equal(columns[f'{arm}_{name}'][0], table[name][0])
                assert columns[f'{arm}_ARM'][0] == arm and units[f'{arm}_FLUX'] == 'Jy'
            assert columns['object_id'][0] == 'x_vis' and columns['OBJECT'][0] == 'star vis' and units['spectrum_flux'] == 'Jy'
            """, folder["x_uvb.fits"], folder["x_vis.fits"]);
    }

    [Fact]
    public async Task The_pixel_at_the_middle_of_an_overlap_is_that_of_the_redder_arm()
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x.fits"], "");
        RowBatch row = await SpectrumRows.Read(TwoArms + "overlap: cut", folder.Path);
        float[] flux = row.Values<float>("spectrum_flux").ToArray(), lambda = row.Values<float>("spectrum_lambda").ToArray();
        Assert.Equal(1f, flux[Array.IndexOf(lambda, 4500f)]);
        Assert.Equal(2f, flux[Array.IndexOf(lambda, 4600f)]);
        Assert.Equal(Enumerable.Range(40, 12).Select(w => w * 100f), lambda);
    }

    [Fact]
    public async Task Masked_and_missing_pixels_have_no_weight_in_a_mean()
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x.fits"], "nan");
        RowBatch row = await SpectrumRows.Read(TwoArms + "overlap: ivar\nlsf: { column: S, kind: sigma }", folder.Path);
        SpectrumRows.Agrees(row, """
            # 4300 to 4900 Å: flux 1 with σ 1 and flux 2 with σ 0.5; blue is NaN at 4400, red at 4500, both at 4600
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], np.arange(4000, 5101, 100))
            mean = np.float32((1 * 1 + 2 * 4) / 5)
            flux = np.array([1, 1, 1, mean, 2, 1, np.nan, mean, mean, mean, 2, 2], 'f4')
            np.testing.assert_array_equal(columns['spectrum_flux'][0], flux)
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], np.array([1, 1, 1, 5, 4, 1, 0, 5, 5, 5, 4, 4], 'f4'))
            np.testing.assert_array_equal(columns['spectrum_mask'][0], np.arange(12) == 6)
            lsf = np.sqrt((1 * 3. ** 2 + 4 * 2. ** 2) / 5)
            np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], [3, 3, 3, lsf, 2, 3, 3, lsf, lsf, lsf, 2, 2], rtol=1e-7)
            """);
    }

    [Theory]
    [InlineData("", "", "arm 'b' (4000 to 4900 Å) and arm 'r' (4300 to 5100 Å) overlap. Set 'overlap: ivar'")]
    [InlineData("shifted", "overlap: ivar", "the grids of arm 'b' and arm 'r' differ: pixel 0 of arm 'r' is at 4330 Å, expected 4400 Å")]
    [InlineData("coarser", "overlap: ivar", "the grids of arm 'b' and arm 'r' differ: pixel 1 of arm 'r' is at 4500 Å, expected 4400 Å")]
    [InlineData("gap", "overlap: ivar", "arm 'b' (4000 to 4900 Å) and arm 'r' (5300 to 6100 Å) do not overlap")]
    [InlineData("inside", "overlap: cut", "cannot be cut in the middle of their overlap, because one contains the other")]
    [InlineData("unsorted", "overlap: cut", "arm 'r': spectrum 0: wavelengths must be positive and increase or decrease throughout")]
    [InlineData("unit", "overlap: cut", "arm 'r': its flux has the unit 'mJy', that of arm 'b' 'Jy'")]
    [InlineData("air", "overlap: cut", "arm 'r': the file says that its wavelengths are in air (AIRORVAC = 'air'), the recipe vacuum")]
    [InlineData("missing", "overlap: cut", "arm 'r': there is no HDU 'RED'")]
    [InlineData("twice", "overlap: cut", "arm 'r': 2 HDUs have the name 'RED'")]
    [InlineData("column", "overlap: cut", "arm 'r': HDU 2 (RED)")]
    public async Task Arms_that_do_not_fit_are_an_error(string change, string keys, string message)
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x.fits"], change);
        await SpectrumRows.Fails(message, TwoArms + keys, folder.Path);
        await SpectrumRows.Fails(folder["x.fits"], TwoArms + keys, folder.Path);
    }

    [Fact]
    public async Task Arms_of_different_media_are_an_error()
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x.fits"], "air");
        await SpectrumRows.Fails("arm 'r': its wavelengths are in air, those of arm 'b' in vacuum", """
            files: x.fits
            flux: F
            wavelength: { column: W }
            arms: [{ name: b, hdu: BLUE, wavelength: { medium: vacuum } }, { name: r, hdu: RED }]
            overlap: cut
            ra: RA
            dec: DEC
            """, folder.Path);
    }

    [Fact]
    public async Task An_error_array_of_another_length_names_the_arm()
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x.fits"], "");
        await SpectrumRows.Fails("arm 'r': spectrum 0 has 9 values of flux, but 10 values of noise",
            TwoArms.Replace("hdu: RED", "hdu: RED, ivar: { hdu: BLUE }", StringComparison.Ordinal) + "overlap: cut", folder.Path);
    }

    [Fact]
    public async Task Arms_of_different_numbers_of_spectra_are_an_error()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            p = fits.PrimaryHDU()
            p.header.update(RA=1., DEC=2.)
            hdus = [p] + [fits.ImageHDU(np.ones((n, 5), 'f4'), name=a) for a, n in (('B', 3), ('R', 2))]
            for start, h in zip((4000, 6000), hdus[1:]):
                h.header.update(CRVAL1=start, CDELT1=1., CTYPE1='LINEAR', CUNIT1='Angstrom', BUNIT='Jy')
            fits.HDUList(hdus).writeto(sys.argv[1])
            """, folder["x.fits"]);
        await SpectrumRows.Fails("arm 'r': there are 2 spectra, but arm 'b' has 3", """
            files: x.fits
            arms: [{ name: b, hdu: B }, { name: r, hdu: R }]
            wavelength: { medium: air }
            ra: RA
            dec: DEC
            """, folder.Path);
    }

    [Fact]
    public async Task A_grid_that_differs_from_the_neighbour_names_the_neighbour()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            p = fits.PrimaryHDU()
            p.header.update(RA=1., DEC=2.)
            hdus = [p]
            for name, start in (('B', 4000.), ('R', 4500.), ('Z', 5030.)):
                h = fits.ImageHDU(np.ones(10, 'f4'), name=name)
                h.header.update(CRVAL1=start, CDELT1=100., CRPIX1=1., CTYPE1='LINEAR', CUNIT1='Angstrom', BUNIT='Jy')
                hdus.append(h)
            hdus.append(fits.ImageHDU(np.ones(10, 'f4'), name='I'))
            fits.HDUList(hdus).writeto(sys.argv[1])
            """, folder["x.fits"]);
        await SpectrumRows.Fails("the grids of arm 'r' and arm 'z' differ: pixel 0 of arm 'z' is at 5030 Å, expected 5100 Å", """
            files: x.fits
            arms: [{ name: b, hdu: B }, { name: r, hdu: R }, { name: z, hdu: Z }]
            wavelength: { medium: air }
            ivar: { hdu: I, kind: ivar, unit: Jy-2 }
            overlap: ivar
            ra: RA
            dec: DEC
            """, folder.Path);
    }

    [Fact]
    public async Task A_missing_sister_file_is_an_error()
    {
        using TemporaryFolder folder = new();
        MakeArms(folder["x_vis.fits"], "");
        await SpectrumRows.Fails("there is no such file; it should belong to x_vis.fits", """
            files: x_vis.fits
            flux: F
            arms: [{ name: vis }, { name: uvb, replace: [_vis, _uvb] }]
            ra: RA
            dec: DEC
            """, folder.Path);
    }

    [Theory]
    [InlineData("arms: [{ name: a }, { name: A }]", "another arm has the name 'A'")]
    [InlineData("arms: [{ name: a }]", "expected at least two arms")]
    [InlineData("arms: [{ name: a }, { hdu: 1 }]", "'name' is missing")]
    [InlineData("arms: [{ name: a }, { name: 1b }]", "expected a name of letters, digits and _ that begins with a letter")]
    [InlineData("arms: [{ name: a }, { name: b, unit: Jy }]", "unknown key 'unit'")]
    [InlineData("arms: [{ name: a }, { name: b, ivar: { hdu: 1, kind: ivar } }]", "all arms or none must have 'ivar'")]
    [InlineData("arms: [{ name: a }, { name: b }]\noverlap: ivar", "needs 'ivar'")]
    [InlineData("arms: [{ name: a }, { name: b }]\noverlap: keep", "expected one of")]
    [InlineData("overlap: cut", "'overlap' needs 'arms' or 'orders'")]
    [InlineData("orders: true\nrow: 1", "'row' must not be set")]
    [InlineData("orders: 3", "expected true or false")]
    public void A_wrong_key_of_arms_is_an_error(string keys, string message) => Assert.Contains(message,
        Assert.ThrowsAny<PileException>(() => BuilderRuns.Builder($"kind: spectrum\nfiles: spectra/PH957_f.fits\nra: RA\ndec: DEC\n{keys}"))
            .Message, StringComparison.Ordinal);

    private static void MakeArms(string path, string change) => SpectrumRows.Make("""
        path, change = sys.argv[1:3]
        blue, red = np.arange(4000., 4901, 100), np.arange(4300., 5101, 100)
        if change == 'shifted': red += 30
        if change == 'coarser': red = np.arange(4300., 5101, 200)
        if change == 'gap': red += 1000
        if change == 'inside': red = red[:4]
        if change == 'unsorted': red[3] = 4100
        hdus = [fits.PrimaryHDU()]
        hdus[0].header.update(RA=1., DEC=2.)
        for name, w, f, e, s in (('BLUE', blue, 1, 1, 3), ('RED', red, 2, .5, 2)):
            flux = np.full(len(w), f, 'f4')
            if change == 'nan':
                for missing in ((4400, 4600) if name == 'BLUE' else (4500, 4600)):
                    flux[w == missing] = np.nan
            t = Table({'W': w, 'F': flux, 'E': np.full(len(w), e, 'f4'), 'S': np.full(len(w), s, 'f4')},
                units={'W': 'Angstrom', 'F': 'mJy' if name == 'RED' and change == 'unit' else 'Jy'})
            if name == 'RED' and change == 'column': t.rename_column('F', 'G')
            hdus.append(fits.BinTableHDU(t, name=name))
        if change == 'air': hdus[2].header['AIRORVAC'] = 'air'
        if change == 'missing': del hdus[2]
        if change == 'twice': hdus.append(hdus[2].copy())
        fits.HDUList(hdus).writeto(path)
        """, path, change);
}
