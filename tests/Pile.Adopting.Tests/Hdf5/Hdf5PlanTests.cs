using System.Globalization;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Hdf5;

/// <summary>Modalities, ids, positions, and differences between files.</summary>
public class Hdf5PlanTests
{
    private const string Start = """
        import h5py, numpy as np, sys
        rng = np.random.default_rng(5); n = 20; folder = sys.argv[1]
        def base(name, **more):
            f = h5py.File(folder + '/' + name, 'w')
            for key, value in dict(dict(object_id=np.arange(n) + 1000 * len(name), ra=rng.uniform(0, 360, n), dec=rng.uniform(-90, 90, n)),
                                   **more).items():
                if value is not None: f[key] = value
            return f

        """;

    [Fact]
    public async Task Spectra_of_the_Multimodal_Universe_are_spectra()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            for length, name in [(400, 'a.hdf5'), (500, 'bb.hdf5')]:
                f = base(name, Z=rng.random(n).astype('f4'), healpix=np.zeros(n, 'i8'))
                for part in ['flux', 'ivar', 'lambda', 'lsf_sigma']:
                    f.create_dataset('spectrum_' + part, data=rng.random((n, length)).astype('f4'), compression='gzip', chunks=True)
                f.create_dataset('spectrum_mask', data=rng.random((n, length)) < .5, compression='lzf')
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(("spectrum", "vacuum", true), (dump.Archive.Facts.Modality, dump.Archive.Facts.SpectralMedium,
            dump.Archive.Facts.Frame is not null));
        ColumnSchema flux = dump.Schema("spectrum_flux");
        Assert.Equal((ColumnRole.Standard, ColumnStorage.Reference), (flux.Role, flux.Storage));
        Assert.Equal([ColumnSchema.Ragged], dump.Schema("spectrum_lambda").Shape);
        Assert.Equal(40 * 7, dump.Compare(folder, "(f, row % 20, {})").Values);
        Assert.Contains(dump.Findings, f => f.Contains("vacuum or air; 'vacuum' is assumed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("f8", "(n, 300)", "'spectrum_flux' is float64, not float32; the modality is 'catalogue'")]
    [InlineData("f4", "(n, 30, 10)", "'spectrum_flux' has 2 axes, not 1; the modality is 'catalogue'")]
    public async Task Columns_that_contradict_their_modality_make_a_catalogue(string type, string shape, string expected)
    {
        using TemporaryFolder folder = new();
        Write(folder, $"base('a.h5', spectrum_flux=np.zeros({shape}, '{type}'), spectrum_lambda=np.zeros((n, 300), 'f4'))");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal("catalogue", dump.Archive.Facts.Modality);
        Assert.Equal(ColumnRole.Native, dump.Schema("spectrum_flux").Role);
        Assert.Contains(dump.Findings, f => f.Contains(expected, StringComparison.Ordinal));
        await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path, new() { Modality = "spectrum" }));
    }

    [Fact]
    public async Task A_mask_of_another_shape_is_a_native_column()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            base('a.h5', image_array=np.zeros((n, 3, 16, 16), 'f4'), image_band=np.array([[b'des-g', b'des-r', b'des-z']] * n),
                image_mask=np.zeros((n, 16, 16), '?'), image_scale=np.zeros((n, 3), 'f4'))
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal("image", dump.Archive.Facts.Modality);
        Assert.Equal(ColumnRole.Native, dump.Schema("native_image_mask").Role);
        Assert.Equal((ColumnRole.Standard, ColumnStorage.Light), (dump.Schema("image_scale").Role, dump.Schema("image_scale").Storage));
        Assert.Equal(20 * 4, dump.Compare(folder, "(f, row, {})").Values);
    }

    [Theory]
    [InlineData("hp.ang2pix(16, ra, dec, nest=True, lonlat=True)", null)]
    [InlineData("hp.ang2pix(64, ra, dec, nest=True, lonlat=True)", "nside 16; all are NESTED pixels with nside 64")]
    [InlineData("hp.ang2pix(32, ra, dec, lonlat=True)", "nside 16; all are RING pixels with nside 32")]
    [InlineData("np.where(np.arange(n) == 7, 5000, hp.ang2pix(16, ra, dec, nest=True, lonlat=True))", "a.h5, row 7: 5000, expected")]
    public async Task Pixels_of_the_files_are_compared_with_the_positions(string pixels, string? expected)
    {
        using TemporaryFolder folder = new();
        Write(folder, "import healpy as hp; ra = rng.uniform(0, 360, n); dec = rng.uniform(-90, 90, n)\n"
            + $"base('a.h5', ra=ra, dec=dec, healpix={pixels})");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(20, dump.Numbers<long>("source_healpix").Length);
        string? found = dump.Findings.SingleOrDefault(f => f.StartsWith("'healpix' disagrees", StringComparison.Ordinal));
        if (expected is null)
            Assert.Null(found);
        else
            Assert.Contains(expected, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ra[3] = np.nan", "row 3, column 'ra': a missing value is not a position")]
    [InlineData("ra[5] = 720; dec[7] = 95", "row 5, column 'ra': 720 is not a right ascension")]
    [InlineData("dec[19] = -91; dec[11] = 90.5", "row 11, column 'dec': 90.5 is not a declination")]
    [InlineData("ra = None", "has no column 'ra' with positions")]
    public async Task A_row_without_a_position_is_an_error_unless_such_rows_are_skipped(string change, string expected)
    {
        using TemporaryFolder folder = new();
        Write(folder, $"""
            base('a.h5')
            ra = rng.uniform(0, 360, n); dec = rng.uniform(-90, 90, n); {change}
            base('bb.h5', ra=ra, dec=dec)
            """);
        string message = (await Assert.ThrowsAnyAsync<PileException>(() => ArchiveDump.ReadAsync(folder.Path))).Message;
        Assert.StartsWith(folder["bb.h5"], message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_without_a_position_are_skipped()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            ra = rng.uniform(0, 360, n); ra[3] = np.nan; ra[5] = 720; dec = rng.uniform(-90, 90, n); dec[19] = -91
            base('a.h5', ra=ra, dec=dec, x=rng.random((n, 30, 20)), TARGETID=np.arange(n) * 3, object_id=None)
            base('bb.h5', ra=None, dec=None)
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { Positions = new() { IdColumn = "row" }, SkipsBadFiles = true });
        Assert.Equal([("a.h5", 3L), ("a.h5", 5L), ("a.h5", 19L), ("bb.h5", null)], dump.Skipped.Select(row => (row.File, row.Row)));
        Assert.Equal(17, dump.Rows);
        Assert.Equal(["a.h5#0", "a.h5#1", "a.h5#2", "a.h5#4", "a.h5#6"], dump.Texts("object_id")[..5]);
        Assert.Equal(17 * 2, dump.Compare(folder, "(f, row, {})", "native_object_id").Values);
    }

    [Theory]
    [InlineData("np.zeros(n, 'i8')", "an id occurs twice: in row 0 of 'a.h5'")]
    [InlineData("np.array([b'a%d' % i if i else b'' for i in range(n)])", "is empty in a row of 'a.h5'")]
    public async Task Ids_that_are_not_unique_are_replaced_by_places(string ids, string expected)
    {
        using TemporaryFolder folder = new();
        Write(folder, $"base('a.h5', object_id={ids})");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => string.Create(CultureInfo.InvariantCulture, $"a.h5#{i}")),
            dump.Texts("object_id"));
        Assert.Contains(dump.Findings, f => f.Contains(expected, StringComparison.Ordinal));
        Assert.NotNull(dump.Batches[0].Find("native_object_id"));
    }

    [Fact]
    public async Task Differences_between_files_are_findings()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            base('a.h5', x=np.arange(n, dtype='i2'), heavy=rng.random((n, 30, 10)).astype('f4'), text=np.array([b'a'] * n),
                short=rng.random((n, 10)), names=np.array([[b'a', b'b']] * n), only=np.ones(n, '?'))
            base('bb.h5', x=np.arange(n, dtype='f8') / 2, heavy=rng.random((n, 30, 10)), text=np.arange(n), short=rng.random((n, 200)),
                names=np.array([[b'a', b'b', b'c']] * n)).create_dataset('packed', data=rng.random((n, 300)), scaleoffset=3,
                chunks=(4, 300))
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal((DType.Float64, true, ColumnStorage.Light), (dump.Schema("x").DType, dump.Schema("x").IsScalar,
            dump.Schema("x").Storage));
        Assert.Equal((DType.Float32, ColumnStorage.Reference), (dump.Schema("heavy").DType, dump.Schema("heavy").Storage));
        Assert.Equal((20 * 6) + (20 * 3), dump.Compare(folder, "(f, row % 20, {})", "heavy", "text", "only").Values);
        foreach (string expected in (string[])["'heavy' is float32 in some files and needs float64 in others",
            "'text' differs between files", "the filter scaleoffset is not supported"])
            Assert.Contains(dump.Findings, f => f.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Units_that_are_written_differently_are_equal()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            for name, units in [('a.h5', ('km/s', 'erg/s/cm2')), ('bb.h5', ('km s-1', 'erg s-1 cm**-2'))]:
                f = base(name, v=np.ones(n), flux=np.ones(n))
                for column, unit in zip(['v', 'flux'], units): f[column].attrs['unit'] = unit
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(("km/s", "erg/s/cm2"), (dump.Schema("v").Unit, dump.Schema("flux").Unit));
        Assert.DoesNotContain(dump.Findings, f => f.Contains("unit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("w=np.ones(n)", "w", "nm", "Angstrom")]
    [InlineData("w=np.ones((n, 3000))", "w", "nm", "Angstrom")]
    [InlineData("w=np.ones(n, 'i4')", "w", "Jy", "mJy")]
    [InlineData("w=np.ones(n)", "ra", "deg", "rad")]
    public async Task Units_that_differ_are_an_error(string columns, string column, string first, string second)
    {
        using TemporaryFolder folder = new();
        Write(folder, $$"""
            for name, unit in [('a.h5', '{{first}}'), ('bb.h5', '{{second}}')]:
                base(name, {{columns}})['{{column}}'].attrs['unit'] = unit
            """);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.StartsWith($"bb.h5, column '{column}': the unit is '{second}', but '{first}' in 'a.h5'", e.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Units_of_objects_that_differ_are_an_error()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = h5py.File(folder + '/a.h5', 'w')
            for name, unit in [('1', 'Jy'), ('2', 'mJy')]:
                f[name + '/flux'] = np.ones(5); f[name + '/flux'].attrs['unit'] = unit
            """);
        SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.StartsWith("a.h5/2/flux, column 'flux': the unit is 'mJy', but 'Jy' in 'a.h5/1/flux'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_only_some_files_state_is_reported()
    {
        using TemporaryFolder folder = new();
        Write(folder, "base('a.h5', w=np.ones(n)); base('bb.h5', w=np.ones(n))['w'].attrs['unit'] = 'nm'");
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal("nm", dump.Schema("w").Unit);
        Assert.Contains("the column 'w' has the unit 'nm' in 'bb.h5' and none in 'a.h5'; it is taken to be in nm everywhere",
            dump.Findings);
    }

    [Theory]
    [InlineData("dict(STAR=0, GALAXY=1)", "dict(STAR=0, GALAXY=1, QSO=2)", "0 STAR, 1 GALAXY, 2 QSO", null)]
    [InlineData("dict(STAR=0, GALAXY=1)", "dict(GALAXY=0, STAR=1)", null,
        "bb.h5, column 'k': the code 0 is 'GALAXY', but 'STAR' in 'a.h5'")]
    [InlineData("dict(STAR=0, GALAXY=1)", "dict(STAR=5, GALAXY=1)", null, "bb.h5, column 'k': 'STAR' is the code 5, but 0 in 'a.h5'")]
    [InlineData("dict(STAR=0, GALAXY=1)", "None", "",
        "the names of codes of the column 'k' are left out: 'bb.h5/k' has numbers without names")]
    public async Task Names_of_codes_are_those_of_all_files(string first, string second, string? names, string? message)
    {
        using TemporaryFolder folder = new();
        Write(folder, $$"""
            for name, names in [('a.h5', {{first}}), ('bb.h5', {{second}})]:
                base(name).create_dataset('k', data=np.arange(n, dtype='i1') % 2, dtype=h5py.enum_dtype(names, 'i1') if names else 'i1')
            """);
        if (names is null)
        {
            SchemaMismatchException e = await Assert.ThrowsAsync<SchemaMismatchException>(() => ArchiveDump.ReadAsync(folder.Path));
            Assert.StartsWith(message!, e.Message, StringComparison.Ordinal);
            return;
        }
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(names, string.Join(", ", dump.Schema("k").Categories.Select(c => $"{c.Code} {c.Name}")));
        if (message is not null)
            Assert.Contains(message, dump.Findings);
    }

    [Fact]
    public async Task Chunks_that_were_never_written_have_no_value()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = base('a.h5'); d = f.create_dataset('x', (n, 30, 10), 'f4', chunks=(4, 30, 5), compression='gzip', fillvalue=7)
            d[:8] = rng.random((8, 30, 10))
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal((8, 16), dump.Compare(folder, "(f, row, {})", "x"));
        Assert.Contains(dump.Findings, f => f.Contains("never written; they have no value: 12 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Texts_that_were_never_written_are_the_fill_value()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = base('a.h5'); d = f.create_dataset('t', (n,), h5py.string_dtype(), chunks=(4,), fillvalue='none'); d[:3] = ['a', 'b', 'c']
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        string expected = Python.Run("import h5py, sys\nprint(*[t.decode() for t in h5py.File(sys.argv[1], 'r+')['t'][()]])",
            folder["a.h5"]);
        Assert.Equal(expected.Trim(), string.Join(' ', dump.Texts("t")));
    }

    [Fact] // HDF5 would fill the rest of such a row with 7, which no byte of the file says
    public async Task Rows_that_are_partly_written_are_not_null()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = base('a.h5'); d = f.create_dataset('x', (n, 30, 10), 'f4', chunks=(4, 30, 5), compression='gzip', fillvalue=7)
            d[:8] = rng.random((8, 30, 10)); d[8:12, :, :5] = 1
            """);
        SourceUnreadableException e = await Assert.ThrowsAsync<SourceUnreadableException>(() => ArchiveDump.ReadAsync(folder.Path));
        Assert.Contains("row 8: 1 of the 2 chunks of 'x' at this row were never written", e.Message, StringComparison.Ordinal);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, new() { SkipsBadFiles = true });
        Assert.Equal((8, 16), dump.Compare(folder, "(f, row, {})", "x"));
        Assert.Equal([8, 9, 10, 11], dump.Skipped.Select(row => row.Row));
    }

    [Fact]
    public async Task Packed_numbers_of_netcdf_have_no_unit()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            import netCDF4
            f = netCDF4.Dataset(folder + '/a.nc', 'w'); f.createDimension('obs', 4)
            t = f.createVariable('t', 'i2', ('obs',), fill_value=-999); t.units = 'K'; t.scale_factor = 0.1; t.add_offset = -5.0
            t.set_auto_maskandscale(False); t[:] = [50, -999, 250, 350]
            p = f.createVariable('p', 'f4', ('obs',)); p.units = 'hPa'; p[:] = [1, 2, 3, 4]
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path, names: "a.nc");
        Assert.Equal((null, "hPa"), (dump.Schema("t").Unit, dump.Schema("p").Unit));
        Assert.Equal([-999], dump.Schema("t").Sentinels);
        Assert.DoesNotContain(dump.Batches[0].Columns, column => column.Schema.Name is "obs"); // a dimension without a variable
        Assert.Contains("the column 't' has the stored numbers, and no unit: the physical value is 0.1 · number − 5, in K",
            dump.Findings);
        Assert.Equal(8, dump.Compare(folder, "(f, row, {})").Values);
    }

    [Fact]
    public async Task Packed_numbers_are_neither_positions_nor_columns_of_a_modality()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = base('a.h5', ra=np.arange(n, dtype='i2'), spectrum_flux=np.ones((n, 300), 'f4'), spectrum_lambda=np.ones((n, 300), 'f4'))
            for name in ['ra', 'spectrum_flux']: f[name].attrs['scale_factor'] = 0.01
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(("catalogue", null), (dump.Archive.Facts.Modality, dump.Archive.Facts.Frame));
        Assert.Contains(dump.Findings, f => f.Contains("'spectrum_flux' has packed numbers (0.01 · number), not the values",
            StringComparison.Ordinal));
        Assert.Contains(dump.Findings, f => f.StartsWith("rows have no positions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sentinels_of_objects_that_differ_are_left_out()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = h5py.File(folder + '/a.h5', 'w')
            for i, fill in enumerate([-1, -2, -3]):
                f[f'{i}/v'] = np.int32(i); f[f'{i}/flux'] = np.ones(5); f[f'{i}/v'].attrs['_FillValue'] = fill
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Empty(dump.Schema("v").Sentinels);
        Assert.Contains("the column 'v' has no declared sentinels, because files differ: 'a.h5/1/v' has -2, others -1", dump.Findings);
    }

    [Theory] // -9 may be a value where it is not stated
    [InlineData("-9", "None", "the column 'w' has no declared sentinels, because files differ: 'bb.h5' has none, others -9")]
    [InlineData("-9", "0", "the column 'w' has no declared sentinels, because files differ: 'bb.h5' has 0, others -9")]
    [InlineData("-9", "-9", null)]
    public async Task Sentinels_are_those_that_all_files_state(string first, string second, string? finding)
    {
        using TemporaryFolder folder = new();
        Write(folder, $$"""
            for name, fill in [('a.h5', {{first}}), ('bb.h5', {{second}})]:
                d = base(name, w=np.arange(n) - 9)['w']
                if fill is not None: d.attrs['_FillValue'] = fill
            """);
        ArchiveDump dump = await ArchiveDump.ReadAsync(folder.Path);
        Assert.Equal(finding is null ? [-9.0] : [], dump.Schema("w").Sentinels);
        Assert.Equal(finding is not null, dump.Findings.Exists(f => f.StartsWith(finding ?? "the column 'w'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Links_and_arrays_of_attributes_are_named()
    {
        using TemporaryFolder folder = new();
        Write(folder, """
            f = base('a.h5'); f['v'] = np.ones(n); f['soft'] = h5py.SoftLink('/v'); f['out'] = h5py.ExternalLink('b.h5', '/v')
            """);
        Assert.Contains("a.h5: links are not followed: 'out' to '/v' in the file 'b.h5', 'soft' to '/v'",
            (await ArchiveDump.ReadAsync(folder.Path)).Findings);
        using TemporaryFolder objects = new();
        Write(objects, """
            for i in range(2):
                f = h5py.File(f'{folder}/{i}.h5', 'w'); f['flux'] = np.ones(5 + i)
                f.attrs['vec'] = [1, 2]; f.attrs['ra'] = f.attrs['dec'] = .5
            """);
        Assert.Contains("0.h5: the attribute 'vec' of objects has several elements; it is left out (the same in 1 other file)",
            (await ArchiveDump.ReadAsync(objects.Path)).Findings);
    }

    private static void Write(TemporaryFolder folder, string script) => Python.Run(Start + script, folder.Path);
}
