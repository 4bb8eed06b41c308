using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

public class SpectrumOrderTests
{
    private const string Echelle = """
        files: x.fits
        flux: F
        wavelength: { column: W, medium: air, unit: Angstrom }
        ivar: { column: V, kind: variance }
        file_unit: Jy
        orders: true
        ra: RA
        dec: DEC

        """;

    [Fact]
    public async Task Rows_of_a_table_are_orders_that_are_cut_in_the_middle_of_overlaps()
    {
        using TemporaryFolder folder = new();
        MakeEchelle(folder["x.fits"], orders: 40);
        RowBatch row = await SpectrumRows.Read(Echelle + "overlap: cut\nlsf: { polynomial: [0, 1.0e-5], kind: fwhm }", folder.Path);
        SpectrumRows.Agrees(row, """
            t = fits.open(sys.argv[2])[1].data
            order = np.argsort(t['W'].min(axis=1))
            wave = [np.sort(t['W'][i]) for i in order]
            middles = [0] + [(left[-1] + right[0]) / 2 for left, right in zip(wave, wave[1:])] + [1e9]
            assert len(columns['ra']) == 1 and (np.diff(columns['spectrum_lambda'][0].astype('f8')) >= 0).all()
            want = {'W': [], 'F': [], 'V': []}
            for i, low, high in zip(order, middles, middles[1:]):
                by = np.argsort(t['W'][i])
                by = by[(t['W'][i][by] >= low) & (t['W'][i][by] < high)]
                for name in want: want[name].append(t[name][i][by])
            want = {name: np.concatenate(v) for name, v in want.items()}
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], want['W'].astype('f4'))
            np.testing.assert_array_equal(columns['spectrum_flux'][0], want['F'])
            np.testing.assert_array_equal(columns['spectrum_ivar'][0], (1 / want['V'].astype('f8')).astype('f4'))
            sigma = want['W'] * 1e-5 / (2 * np.sqrt(2 * np.log(2)))
            np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], sigma, rtol=1e-6)
            assert 'W' not in columns and 'V' not in columns
            """, folder["x.fits"]);
    }

    [Fact]
    public async Task Orders_that_overlap_undeclared_are_an_error_with_both_ranges()
    {
        using TemporaryFolder folder = new();
        MakeEchelle(folder["x.fits"], orders: 3);
        await SpectrumRows.Fails("order 2 (5000 to 5049.5 Å) and order 1 (5040 to 5089.5 Å) overlap", Echelle, folder.Path);
    }

    [Fact]
    public async Task One_order_is_a_spectrum()
    {
        using TemporaryFolder folder = new();
        MakeEchelle(folder["x.fits"], orders: 1);
        Assert.Equal(100, (await SpectrumRows.Read(Echelle, folder.Path)).Values<float>("spectrum_flux").Length);
    }

    [Fact]
    public async Task Lines_of_an_image_with_one_header_axis_are_not_orders()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            h = fits.PrimaryHDU(np.ones((3, 50), 'f4'))
            h.header.update(RA=1., DEC=2., CRVAL1=4000., CDELT1=1., CUNIT1='Angstrom', BUNIT='Jy')
            h.writeto(sys.argv[1])
            """, folder["x.fits"]);
        await SpectrumRows.Fails("because one contains the other",
            "files: x.fits\nwavelength: { medium: air }\norders: true\noverlap: cut\nra: RA\ndec: DEC", folder.Path);
    }

    [Fact]
    public async Task Arms_may_have_orders()
    {
        using TemporaryFolder folder = new();
        MakeEchelle(folder["x_b.fits"], orders: 3);
        MakeEchelle(folder["x_r.fits"], orders: 2, start: 9000);
        RowBatch row = await SpectrumRows.Read(Echelle.Replace("x.fits", "x_b.fits", StringComparison.Ordinal)
            + "arms: [{ name: b }, { name: r, replace: [_b, _r] }]\noverlap: cut", folder.Path);
        SpectrumRows.Agrees(row, """
            want = np.concatenate([np.sort(np.unique(fits.open(n)[1].data['W'])) for n in sys.argv[2:4]])
            np.testing.assert_array_equal(columns['spectrum_lambda'][0], want.astype('f4'))
            """, folder["x_b.fits"], folder["x_r.fits"]);
    }

    // The first order is the reddest, and its wavelengths descend. Neighbours overlap by 9.5 Å on a common grid.
    private static void MakeEchelle(string path, int orders, double start = 5000) => SpectrumRows.Make("""
        path, orders, start = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
        rng = np.random.default_rng(orders)
        w = start + 40 * np.arange(orders)[::-1, None] + 0.5 * np.arange(100)[::-1]
        t = Table({'ORDER': np.arange(orders), 'W': w, 'F': rng.normal(5, 1, w.shape).astype('f4'),
            'V': rng.uniform(.5, 2, w.shape).astype('f4')})
        p = fits.PrimaryHDU()
        p.header.update(RA=1., DEC=2.)
        fits.HDUList([p, fits.BinTableHDU(t)]).writeto(path)
        """, path, $"{orders}", FormattableString.Invariant($"{start}"));
}
