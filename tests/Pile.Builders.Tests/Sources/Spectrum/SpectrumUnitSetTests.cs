using Pile.Builders.Sources;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Tables of spectra in different units, compared with conversions by astropy.</summary>
public sealed class SpectrumUnitSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Tables_in_different_units_are_united_by_the_unit_of_the_recipe()
    {
        await BuildAsync("unit: Jy, ");
        Assert.Equal("agrees", Python.Run("""
            import glob, sys, h5py, numpy as np, astropy.units as u
            from astropy.table import Table
            count = 0
            for shard in glob.glob(sys.argv[1] + '/out/main/*/*.hdf5'):
                h = h5py.File(shard)
                assert 'F' not in h and 'E' not in h and 'SKY' in h, list(h)
                for i, name in enumerate(h['object_id'][:]):
                    t = Table.read(f'{sys.argv[1]}/{name.decode()}.fits', hdu=1)
                    np.testing.assert_allclose(h['spectrum_flux'][i], t['F'].quantity.to(u.Jy).value, rtol=1e-6)
                    np.testing.assert_allclose(h['spectrum_ivar'][i], (t['E'].quantity ** -2).to(u.Jy ** -2).value, rtol=1e-6)
                    count += 1
            assert count == 2
            print('agrees')
            """, folder.Path).Trim());
    }

    [Fact]
    public async Task Tables_in_different_units_without_one_in_the_recipe_are_an_error_that_names_it()
    {
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync(""));
        Assert.Contains("'unit' in the recipe's source", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Excluded_columns_are_not_kept_and_unknown_ones_are_an_error()
    {
        await BuildAsync("unit: Jy, exclude: SKY, ");
        Assert.Equal("agrees", Python.Run("import glob, sys, h5py\nfor f in glob.glob(sys.argv[1] + '/out/main/*/*.hdf5'):\n"
            + "    assert 'SKY' not in h5py.File(f) and 'W' in h5py.File(f)\nprint('agrees')", folder.Path).Trim());
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuildAsync("unit: Jy, exclude: [SKI], "));
        Assert.Contains("no file has such a column", e.Message, StringComparison.Ordinal);
    }

    private async Task BuildAsync(string keys)
    {
        SpectrumRows.Make("""
            C = fits.Column
            for name, unit, ra in (('e1', 'Jy', 10.), ('e2', 'mJy', 20.)):
                p = fits.PrimaryHDU(); p.header.update(RA=ra, DEC=2.)
                fits.HDUList([p, fits.BinTableHDU.from_columns([C('W', 'D', unit='Angstrom', array=[4000., 4001.]),
                    C('F', 'D', unit=unit, array=[1., 2.]), C('E', 'D', unit=unit, array=[.5, .25]),
                    C('SKY', 'E', array=[1., 1.])])]).writeto(f'{sys.argv[1]}/{name}.fits', overwrite=True)
            """, folder.Path);
        await File.WriteAllTextAsync(folder["r.yaml"], "pile: 1\nname: s\n"
            + "provenance: { project: p, survey: s, instrument: i, release: r }\nlicence: CC0-1.0\ncitation: c\n"
            + "source: { kind: spectrum, files: \"e?.fits\", hdu: 1, flux: F, wavelength: { column: W, medium: vacuum }, " + keys
            + "ivar: { column: E, kind: rms }, ra: RA, dec: DEC }\n", Token);
        if (Directory.Exists(folder["out"]))
            Directory.Delete(folder["out"], recursive: true);
        await BuildRun.RunAsync(RecipeReader.ReadFile(folder["r.yaml"]), SourceBuilders.All, folder["out"], cancellationToken: Token);
    }
}
