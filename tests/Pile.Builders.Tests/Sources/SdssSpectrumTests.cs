using Pile.Builders.Sources.SdssSpectrum;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public class SdssSpectrumTests
{
    private const string Old = "spectra/spec-0266-51602-0031.fits", OldToo = "spectra/spec-0266-51602-0013.fits",
        Boss = "spectra/spec-7338-57859-0739.fits";

    // Compares the columns of the catalogue with astropy, and the standard columns with the formulas of SOURCE.md.
    private const string Judge = """
        from astropy.io import fits
        import astropy.units as u
        f = fits.open(sys.argv[2])
        c, t, kind = f[1].data, f[2].data, f[2].name
        for name in t.names:
            mine = columns[kind + '_OBJID' if name == 'OBJID' and isinstance(t[name][0], str) else name]
            if name == 'SPECOBJID':
                want = t[name][0].strip() if isinstance(t[name][0], str) else str(int(t[name][0]) % 2**64)
                assert mine[0] == want, name
            elif isinstance(t[name][0], str):
                assert mine[0] == t[name][0].rstrip(), (name, mine, t[name])
            else:
                assert mine.dtype == t[name].dtype.newbyteorder('='), (name, mine.dtype)
                assert mine.shape == t[name].shape, (name, mine.shape)
                assert mine.tobytes() == t[name].astype(mine.dtype).tobytes(), name
        assert len(columns) == len(t.names) + 6 + ('THING_ID' in t.names) + 10, len(columns)
        lam = 10 ** c['loglam'].astype('f8')
        np.testing.assert_array_max_ulp(columns['spectrum_lambda'][0], lam.astype('f4'), 1)
        np.testing.assert_array_equal(columns['spectrum_flux'][0], c['flux'])
        np.testing.assert_array_equal(columns['spectrum_ivar'][0], c['ivar'])
        np.testing.assert_array_equal(columns['spectrum_mask'][0], (c['and_mask'] != 0) | ~(c['ivar'] > 1e-6))
        sigma = np.where(c['wdisp'] == 0, np.nan, c['wdisp'] * 1e-4 * np.log(10) * lam)
        np.testing.assert_allclose(columns['spectrum_lsf_sigma'][0], sigma, rtol=2e-7)
        for name in ['and_mask', 'or_mask', 'wdisp', 'sky', 'model', 'loglam']:
            np.testing.assert_array_equal(columns[name][0], c[name])
        flux, ivar = (u.Unit(units['spectrum_' + n], format='fits') for n in ('flux', 'ivar'))
        assert abs(flux.to(u.Unit('1e-17 erg / (s cm2 Angstrom)')) - 1) < 1e-12, flux
        assert abs(ivar.to(flux ** -2) - 1) < 1e-12, ivar
        print('agrees')
        """;

    [Theory]
    [InlineData(Old)]
    [InlineData(OldToo)]
    [InlineData(Boss)]
    public async Task Every_column_agrees_with_astropy(string file) =>
        Assert.Equal("agrees", PythonColumns.Run(await Read(file), Judge, TestPaths.Data(file)).Trim());

    [Theory]
    [InlineData(Old, "299497923312379904", 147.32107, -0.0065757249)]
    [InlineData(Boss, "8262056783037880320", 213.35114999999996, 53.09082)]
    public async Task Id_is_text_in_both_formats_and_the_position_is_that_of_the_fibre(string file, string id, double raDeg, double decDeg)
    {
        RowBatch row = await Read(file);
        Assert.Equal(id, ((TextColumnData)row["object_id"]).Text(0));
        Assert.Equal(id, ((TextColumnData)row["SPECOBJID"]).Text(0));
        Assert.Equal((raDeg, decDeg), (Value<double>(row, "ra"), Value<double>(row, "dec")));
    }

    [Fact]
    public async Task Times_are_those_of_the_exposures_in_tai()
    {
        RowBatch old = await Read(Old), boss = await Read(Boss);
        Assert.Equal(4458436689.74 / 86400, Value<double>(old, "mjd"));
        Assert.True(old["mjd_end"].IsNullAt(0));
        Assert.Equal((4999035163.0 / 86400, 4999038028.15 / 86400), (Value<double>(boss, "mjd"), Value<double>(boss, "mjd_end")));
        Assert.Equal(57859, Value<int>(boss, "MJD"));
    }

    [Fact]
    public async Task Group_is_THING_ID_of_repeated_BOSS_observations()
    {
        Assert.Null((await Read(Old)).Find("group_id"));
        Assert.Equal(499418441, Value<long>(await Read(Boss), "group_id"));
    }

    [Fact]
    public async Task Spectra_with_either_catalogue_fit_into_one_dataset()
    {
        List<RowBatch> rows = await BuilderRuns.Builder($"kind: sdss-spectrum\nfiles: [{Old}, {Boss}]")
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Dictionary<string, ColumnSchema> first = rows[0].Columns.ToDictionary(c => c.Schema.Name, c => c.Schema);
        foreach (ColumnSchema schema in rows[1].Columns.Select(c => c.Schema).Where(s => first.ContainsKey(s.Name)))
        {
            Assert.True(DTypes.TryPromote(schema.DType, first[schema.Name].DType, out _), schema.Name);
            Assert.Equal(first[schema.Name].Shape, schema.Shape);
        }
        Assert.Equal([5], first["OBJID"].Shape);
        Assert.Equal("1237661385994338550", ((TextColumnData)rows[1]["SPALL_OBJID"]).Text(0));
    }

    [Fact]
    public async Task A_unit_is_a_file_with_its_path_in_the_recipe()
    {
        List<SourceUnit> units = await BuilderRuns.Builder("kind: sdss-spectrum\nfiles: spectra/spec-0266-*.fits")
            .PlanAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([OldToo, Old], units.Select(u => u.Id));
        Assert.All(units, u => Assert.Equal(172800, u.EstimatedBytes));
    }

    [Theory]
    [InlineData("images/m13.fits", "COADD")]
    [InlineData("spectra/redrock-test.fits", "COADD")]
    [InlineData("malformed/spec-0266-51602-0031_no_coadd.fits", "COADD")]
    [InlineData("malformed/spec-0266-51602-0031_renamed_flux.fits", "HDU 1 (COADD): there is no column 'flux'")]
    [InlineData("malformed/spec-0266-51602-0031_naxis2_huge.fits", "1 (COADD): the file is truncated")]
    [InlineData("malformed/spec-0266-51602-0031_truncated_half.fits", "1 (COADD): the file is truncated")]
    [InlineData("malformed/spec-0266-51602-0031_truncated_header.fits", "cannot be opened")]
    [InlineData("malformed/empty.fits", "it is empty")]
    public async Task A_file_that_is_not_a_spectrum_is_rejected_with_file_and_HDU(string file, string message)
    {
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read(file));
        Assert.Contains(Path.GetFileName(file), e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wavelengths_that_are_not_declared_as_vacuum_are_rejected()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TestPaths.Data(Old));
        int card = bytes.AsSpan().IndexOf("VACUUM  =                    T"u8);
        bytes[card + 29] = (byte)'F';
        File.WriteAllBytes(folder["air.fits"], bytes);
        PileException e = await Assert.ThrowsAnyAsync<PileException>(() => Read("air.fits", folder.Path));
        Assert.Contains("expected VACUUM = T in the primary header, found F", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1f, false)]
    [InlineData(0, 1e-6f, true)]
    [InlineData(0, float.NaN, true)]
    [InlineData(4, 1f, true)]
    public void Mask_is_true_if_a_bit_is_set_or_the_inverse_variance_is_too_small(int andMask, float ivar, bool isBad) =>
        Assert.Equal([isBad], SpectrumColumns.IsBad([andMask], [ivar]));

    [Fact]
    public void Unknown_dispersion_is_NaN() => Assert.Equal([float.NaN], SpectrumColumns.LsfSigmaAngstrom([0], [3.6f], 1e-4));

    [Fact]
    public void Unknown_key_is_rejected_with_a_suggestion() => Assert.Contains("did you mean 'files'",
        Assert.Throws<DocumentInvalidException>(() => BuilderRuns.Builder("kind: sdss-spectrum\nfile: x")).Message,
        StringComparison.Ordinal);

    private static async Task<RowBatch> Read(string file, string? folder = null) =>
        Assert.Single(await BuilderRuns.Builder($"kind: sdss-spectrum\nfiles: {file}", folder)
            .ReadAllAsync(TestContext.Current.CancellationToken));

    private static T Value<T>(RowBatch row, string column) where T : unmanaged => ((ColumnData<T>)row[column]).Values.Span[0];
}
