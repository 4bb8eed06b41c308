using Pile.Builders.Sources;
using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources;

public sealed class LightCurveTableTests : IDisposable
{
    private const string Keys = "kind: lightcurve-table\nfiles: t.csv\nid: id\nra_unit: deg\ntime: t\nflux: f\nflux_err: e\nquality: "
        + "q\nband: b";

    // Object 7 has two bands with unsorted times, a missing time and a missing flux; object 3 has one band; object 9 has no time.
    private const string Rows = """
        id,ra,dec,t,f,e,b,q
        7,10.5,-20.25,59003.5,3.5,0.25,r,0
        7,10.5,-20.25,,1.5,0.5,r,4
        7,10.5,-20.25,59001.25,2.5,0.25,r,0
        7,10.5,-20.25,59002,9,1,g,1
        3,359.5,45,59000,-1.5,0.125,i,0
        3,359.5,45,,,0.125,i,0
        3,359.5,45,59010,8.25,0.125,i,2
        9,-0.5,89,,7,0.5,g,0

        """;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact] // pandas groups, h5py reads
    public async Task PLAsTiCC_rows_agree_with_groups_of_pandas()
    {
        File.CreateSymbolicLink(folder["lc.csv.gz"], TestPaths.Data("lightcurves/plasticc_lightcurves.csv.gz"));
        await File.WriteAllTextAsync(folder["objects.csv"],
            "object_id,ra,decl,target,specz\n63437265,349.5,-62.25,42,0.25\n1,2,3,90,0.5\n229855,53.125,-27.75,90,-9\n", Token);
        await BuildAsync("""
            source:
              kind: lightcurve-table
              files: lc.csv.gz
              catalogue: { file: objects.csv, id: object_id, ra: ra, dec: decl }
              id: object_id
              time: { column: mjd, scale: TAI, reference: TOPOCENTER }
              flux: flux
              flux_err: flux_err
              quality: detected_bool
              band: { column: passband, names: { 5: y, 4: z, 3: i, 2: r, 1: g, 0: u } }
            native: { specz: { sentinels: [-9] }, target: { categories: { 42: SNII, 90: SNIa } } }
            """);
        Assert.Equal("2 objects, 386 samples", Python.Run("""
            import glob, sys, h5py, numpy as np, pandas as pd
            table = pd.read_csv(sys.argv[2], float_precision='round_trip') # the default is off by an ulp
            where = {229855: (53.125, -27.75, 90, -9.0), 63437265: (349.5, -62.25, 42, 0.25)}
            objects = samples = 0
            for name in glob.glob(sys.argv[1] + '/main/*/*.hdf5'):
                h = h5py.File(name)
                assert h.attrs['time_scale'] in ('TAI', b'TAI')
                assert h['lightcurve_time'].attrs['time_zero_mjd'] == 0
                for i, oid in enumerate(h['object_id'][:]):
                    own = table[table.object_id == oid]
                    assert (h['ra'][i], h['dec'][i], h['target'][i], h['specz'][i]) == where[oid]
                    assert (h['mjd'][i], h['mjd_end'][i]) == (own.mjd.min(), own.mjd.max())
                    expected = [(b, own[own.passband == c].sort_values('mjd', kind='stable')) for c, b in
                                [(5, 'y'), (4, 'z'), (3, 'i'), (2, 'r'), (1, 'g'), (0, 'u')]]
                    expected = [(b, o) for b, o in expected if len(o)]
                    nb, ns = h['lightcurve_time_shape'][i]
                    assert [b.decode() for b in h['lightcurve_band'][i][:nb]] == [b for b, _ in expected]
                    assert ns == max(len(o) for _, o in expected)
                    for k, (b, o) in enumerate(expected):
                        n = h['lightcurve_length'][i][k]
                        assert n == len(o)
                        for column, source in [('time', 'mjd'), ('flux', 'flux'), ('flux_err', 'flux_err'), ('quality', 'detected_bool')]:
                            stored = h['lightcurve_' + column][i][k]
                            assert np.array_equal(stored[:n], o[source].to_numpy()), (oid, b, column)
                            assert not stored[n:].any()
                        samples += n
                    objects += 1
            print(f'{objects} objects, {samples} samples')
            """, [folder["out"], folder["lc.csv.gz"]]).Trim());
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.fits")]
    [InlineData("t.vot")]
    [InlineData("t.parquet")]
    public async Task Bands_are_ragged_and_times_are_sorted_with_missing_ones_kept(string file)
    {
        await WriteAsync(file);
        RowBatch rows = Assert.Single(
            await BuilderRuns.Builder(Keys.Replace("t.csv", file, StringComparison.Ordinal), folder.Path).ReadAllAsync(Token));
        Assert.Equal([7L, 3, 9], ((ColumnData<long>)rows["object_id"]).Values.ToArray());
        Assert.Equal([10.5, 359.5, 359.5], ((ColumnData<double>)rows["ra"]).Values.ToArray());
        Assert.Equal([[2, 3], [1, 3], [1, 1]], Enumerable.Range(0, 3).Select(i => rows["lightcurve_flux"].ShapeOf(i).ToArray()));
        Assert.Equal([1, 3, 3, 1], ((ColumnData<int>)rows["lightcurve_length"]).Values.ToArray());
        TextColumnData bands = (TextColumnData)rows["lightcurve_band"];
        Assert.Equal(["g", "r", "i", "g"], [bands.Text(0, 0), bands.Text(0, 1), bands.Text(1), bands.Text(2)]);
        Assert.Equal([59002, 0, 0, 59001.25, 59003.5, double.NaN, 59000, double.NaN, 59010, double.NaN],
            ((ColumnData<double>)rows["lightcurve_time"]).Values.ToArray());
        Assert.Equal([9, 0, 0, 2.5, 3.5, 1.5, -1.5, double.NaN, 8.25, 7], ((ColumnData<double>)rows["lightcurve_flux"]).Values.ToArray());
        Assert.Equal([1, 0, 0, 0, 0, 4, 0, 0, 2, 0], rows["lightcurve_quality"] is ColumnData<int> q
            ? q.Values.ToArray().Select(v => (long)v) : ((ColumnData<long>)rows["lightcurve_quality"]).Values.ToArray());
        Assert.Equal([false, false, true], Enumerable.Range(0, 3).Select(rows["mjd"].IsNullAt));
        Assert.Equal(59003.5, ((ColumnData<double>)rows["mjd_end"]).Values.Span[0]);
    }

    [Fact]
    public async Task Zero_point_of_times_is_stored_and_a_single_band_needs_no_column()
    {
        await File.WriteAllTextAsync(folder["t.csv"], "id,ra,dec,t,f\nTIC 1,100,20,1325.25,5\nTIC 1,100,20,1325.5,6\n", Token);
        BuilderRun builder = BuilderRuns.Builder("kind: lightcurve-table\nfiles: t.csv\nid: id\ntime: { column: t, scale: TDB, reference: "
            + "BARYCENTER, zero_mjd: BTJD }\nflux: f\nflux_unit: electron/s\nband: { name: TESS }", folder.Path);
        RowBatch rows = Assert.Single(await builder.ReadAllAsync(Token));
        Assert.Equal(new TimeAxis("TDB", "BARYCENTER", 56_999.5), rows["lightcurve_time"].Schema.Time);
        Assert.Equal("electron/s", rows["lightcurve_flux"].Schema.Unit);
        Assert.Equal(58_324.75, ((ColumnData<double>)rows["mjd"]).Values.Span[0]); // BJD 2458325.25
        Assert.Equal(("TIC 1", "TESS"), (((TextColumnData)rows["object_id"]).Text(0), ((TextColumnData)rows["lightcurve_band"]).Text(0)));
        Assert.Equal(("TDB", "BARYCENTER"), (builder.Facts.TimeScale, builder.Facts.TimeReference));
    }

    [Theory]
    [InlineData("7,1,1,59000,1,1,r,0", "row 8, column 'id': '7'")]
    [InlineData("8,1,91,59000,1,1,r,0", "row 8, column 'ra, dec': 1, 91 is not a position on the sky")]
    [InlineData("8,1,1,59000,1,1,,0", "row 8, column 'b': a missing value is not a band")]
    [InlineData("8,1,1,59000,1,1,r,", "row 8, column 'q': a missing value is not an integer")]
    [InlineData(",1,1,59000,1,1,r,0", "row 8, column 'id': a missing value is not an id")]
    public async Task An_invalid_row_is_named(string row, string message)
    {
        await File.WriteAllTextAsync(folder["t.csv"], Rows + row + "\n10,1,1,59000,1,1,r,0\n", Token);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(() => BuilderRuns.Builder(Keys, folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7,1,1,59000,1,1,r,0")]
    [InlineData("8,1,91,59000,1,1,r,0")]
    public async Task An_object_after_the_limit_is_not_checked(string row)
    {
        await File.WriteAllTextAsync(folder["t.csv"], Rows + row + "\n10,1,1,59000,1,1,r,0\n", Token);
        const string Source = "source:\n  kind: lightcurve-table\n  files: t.csv\n  id: id\n  ra_unit: deg\n  time: { column: t, scale: "
            + "TAI }\n  flux: f\n  band: b";
        await Assert.ThrowsAnyAsync<PileException>(() => BuildAsync(Source, limit: 4));
        Assert.Equal(3, (await BuildAsync(Source, limit: 3)).Dataset.Rows);
    }

    [Theory]
    [InlineData("object_id,ra,dec\n7,1,2\n3,1,2\n", "row 7, column 'id': '9' is not an object of ")]
    [InlineData("object_id,ra,dec\n7,1,2\n3,1,2\n9,,\n", "row 2, column 'object_id': '9' without a position")]
    [InlineData("object_id,ra,dec\n7,1,2\n3,1,2\n9,1,2\n3,1,2\n", "row 3, column 'object_id': '3' is not a unique id")]
    [InlineData("object_id,ra,dec\na7,1,2\na3,1,2\n", "its ids are integers, but those of 'object_id' in ")]
    public async Task An_object_without_a_position_in_the_catalogue_is_named(string catalogue, string message)
    {
        await WriteAsync("t.csv");
        await File.WriteAllTextAsync(folder["c.csv"], catalogue, Token);
        string keys = Keys.Replace("ra_unit: deg", "catalogue: { file: c.csv, id: object_id, ra_unit: deg }", StringComparison.Ordinal);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(() => BuilderRuns.Builder(keys, folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_without_a_position_can_be_skipped_and_are_listed()
    {
        await WriteAsync("t.csv");
        await File.WriteAllTextAsync(folder["c.csv"], "object_id,ra,dec,z\n3,1,2,0.5\n9,3,4,0.75\n", Token);
        List<string> notes = [];
        List<SkippedRow> skipped = [];
        string keys = Keys.Replace("ra_unit: deg", "catalogue: { file: c.csv, id: object_id, ra_unit: deg }", StringComparison.Ordinal);
        RowBatch rows = Assert.Single(
            await BuilderRuns.Builder(keys, folder.Path, notes.Add, skipBadRows: true, onSkip: skipped.Add).ReadAllAsync(Token));
        Assert.Equal([3L, 9], ((ColumnData<long>)rows["object_id"]).Values.ToArray());
        Assert.Equal([0.5, 0.75], ((ColumnData<double>)rows["z"]).Values.ToArray());
        Assert.Equal((0L, $"column 'id': '7' is not an object of {folder["c.csv"]}"),
            Assert.Single(skipped) is var skip ? (skip.Row!.Value, skip.Reason) : default);
        Assert.Contains(notes, n => n.EndsWith("does not contain these columns of the measurements: ra, dec", StringComparison.Ordinal));
    }

    [Theory] // one bad value makes a text of the column of a text file
    [InlineData("7,10.5,-20.25,59001,n/a!,0.25,g,0", "column 'f': expected a number, found string", "'cast: { f: float64 }'")]
    [InlineData("7,10.5,-20.25,59001,1,n/a!,g,0", "column 'e': expected a number, found string", "'cast: { e: float64 }'")]
    [InlineData("7,10.5,-20.25,59001,1,0.25,g,n/a!", "column 'q': expected integers, found string", "'cast: { q: int64 }'")]
    public async Task A_column_with_a_value_that_is_no_number_needs_a_cast(string row, params string[] messages)
    {
        await File.WriteAllTextAsync(folder["t.csv"], $"id,ra,dec,t,f,e,b,q\n7,10.5,-20.25,59000,1,0.25,g,0\n{row}\n", Token);
        SchemaMismatchException error = await Assert.ThrowsAsync<SchemaMismatchException>(() => BuilderRuns.Builder(Keys, folder.Path,
            skipBadRows: true).ReadAllAsync(Token));
        Assert.All(messages, message => Assert.Contains(message, error.Message, StringComparison.Ordinal));
        List<SkippedRow> skipped = [];
        string cast = messages[1].Trim('\'');
        Assert.Single(await BuilderRuns.Builder($"{Keys}\n{cast}", folder.Path, skipBadRows: true, onSkip: skipped.Add)
            .ReadAllAsync(Token));
        Assert.Equal(1, Assert.Single(skipped).Row);
    }

    private const string BadRows = """
        id,ra,dec,t,f,e,b,q
        7,10.5,-20.25,59001,1,0.25,g,0
        7,10.5,-20.25,59002,2,0.25,,0
        7,10.5,-20.25,59003,>18.2,0.25,g,0
        7,10.5,-20.25
        7,10.5,-20.25,59004,4,0.25,g,
        ,10.5,-20.25,59005,5,0.25,g,0
        7,10.5,-20.25,inf,6,0.25,g,0
        7,10.5,-20.25,59007,7,0.25,zz,0
        7,10.5,-20.25,59008,8,0.25,r,0
        3,1,45,59009,9,0.25,zz,0
        5,2,45,59010,10,0.25,g,0
        5,2,45,-inf,11,0.25,g,0

        """;

    [Theory] // pandas selects the good rows
    [InlineData("", "True")]
    [InlineData("\nfilter: t <> 59008 AND t <> 59002", "~t.t.isin([59008, 59002])")]
    public async Task Bad_measurements_are_skipped_and_listed_by_row(string filter, string condition)
    {
        await File.WriteAllTextAsync(folder["t.csv"], BadRows, Token);
        List<SkippedRow> skipped = [];
        List<string> notes = [];
        RowBatch rows = Assert.Single(await BuilderRuns.Builder($"{Keys}\ncast: {{ f: float64 }}{filter}"
            .Replace("band: b", "band: { column: b, names: { g: g, r: r } }", StringComparison.Ordinal), folder.Path, notes.Add,
            skipBadRows: true, onSkip: skipped.Add).ReadAllAsync(Token));
        (long Row, string Reason)[] expected =
        [
            (1, "column 'b': a missing value is not a band"), (2, "column 'f': '>18.2' is not float64, to which the column is cast"),
            (3, "3 fields"), (4, "column 'q': a missing value is not an integer"), (5, "column 'id': a missing value is not an id"),
            (6, "column 't': Infinity is not a finite time"), (7, "column 'b': 'zz' is not one of the bands g, r"),
            (9, "column 'b': 'zz' is not one of the bands g, r"), (11, "column 't': -Infinity is not a finite time"),
        ];
        expected = [.. expected.Where(e => e.Row != 1 || filter.Length == 0)];
        Assert.Equal(expected.Select(e => e.Row), skipped.Select(s => s.Row!.Value));
        Assert.All(expected.Zip(skipped), e => Assert.Contains(e.First.Reason, e.Second.Reason, StringComparison.Ordinal));
        Assert.Contains(notes, n => n == $"{expected.Length} rows were skipped; skipped.csv lists them.");
        Assert.Equal(Python.Run($"""
            import sys, numpy as np, pandas as pd
            t = pd.read_csv(sys.argv[1])
            kept = {condition} & t.b.isin(['g', 'r']) & t.q.notna() & t.id.notna() & np.isfinite(t.t) \
                & pd.to_numeric(t.f, errors='coerce').notna()
            print(*sorted(t.f[kept].astype(int)))
            """, folder["t.csv"]).Trim(), string.Join(' ', ((ColumnData<double>)rows["lightcurve_flux"]).Values.ToArray().Order()));
    }

    [Theory]
    [InlineData("g,0\n8,1,1,inf,1,1,g,0", "row 9, column 't': Infinity is not a finite time. Correct the value")]
    [InlineData("g,0\n8,x,1,1,1,1,g,0", "row 9, column 'ra': 'x' is not ")]
    public async Task An_invalid_value_after_rows_that_a_filter_drops_is_named_by_its_row(string end, string message)
    {
        await File.WriteAllTextAsync(folder["t.csv"], $"{Rows}8,1,1,59000,1,1,{end}\n", Token);
        PileException error = await Assert.ThrowsAnyAsync<PileException>(
            () => BuilderRuns.Builder($"{Keys}\nfilter: b <> 'r'", folder.Path).ReadAllAsync(Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("e < 90", "5.5 6.5")]
    [InlineData("e < 90 OR t < 59002", null)]
    public async Task Bad_values_in_rows_that_a_filter_drops_are_ignored(string filter, string? expected)
    {
        await File.WriteAllTextAsync(folder["t.csv"], """
            id,ra,dec,t,f,e,b,q
            7,10.5,-20.25,59001,>16.7,99.99,g,0
            7,10.5,-20.25,59002,5.5,0.25,g,0
            7,10.5,-20.25,59003,6.5,0.25,g,0

            """, Token);
        Task<List<RowBatch>> reading = BuilderRuns.Builder($"{Keys}\ncast: {{ f: float64 }}\nfilter: {filter}", folder.Path)
            .ReadAllAsync(Token);
        if (expected is null)
            Assert.Contains("row 0, column 'f': '>16.7' is not float64",
                (await Assert.ThrowsAsync<ValueInvalidException>(() => reading)).Message, StringComparison.Ordinal);
        else
            Assert.Equal(expected, string.Join(' ',
                ((ColumnData<double>)Assert.Single(await reading)["lightcurve_flux"]).Values.ToArray()));
    }

    [Theory]
    [InlineData("band: b", "band: { column: b, name: r }", 15, 9, "either 'column'")]
    [InlineData("band: b", "band: { column: b, names: { r: R, g: R } }", 15, 9, "two bands are called 'R'")]
    [InlineData("time: t", "time: { column: t, scale: TDB, zero_mjd: soon }", 11, 44, "expected a finite number")]
    [InlineData("flux: f", "fluxes: f", 12, 3, "did you mean 'flux'")]
    [InlineData("ra_unit: deg", "ra: ra\ncatalogue: { file: c.csv, id: i }", 10, 3, "if there is a 'catalogue', 'ra' must be a key of it")]
    public void An_invalid_key_is_named_by_line_and_column(string old, string changed, int line, int column, string message)
    {
        DocumentInvalidException error = Assert.Throws<DocumentInvalidException>(
            () => BuilderRuns.Builder(Keys.Replace(old, changed, StringComparison.Ordinal), folder.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public async Task Errors_that_one_text_file_lacks_altogether_are_missing()
    {
        await File.WriteAllTextAsync(folder["a.csv"], "id,ra,dec,t,f,e,b,q\n1,10,20,59000,1.5,0.25,g,0\n", Token);
        await File.WriteAllTextAsync(folder["b.csv"], "id,ra,dec,t,f,e,b,q\n2,30,20,59000,1.5,,g,0\n2,30,20,59001,1.5,,g,0\n", Token);
        await BuildAsync("""
            source:
              kind: lightcurve-table
              files: "*.csv"
              id: id
              ra_unit: deg
              time: { column: t, scale: UTC }
              flux: f
              flux_err: e
              band: b
            """);
        Assert.Equal("[0.25] [nan, nan]", Python.Run("""
            import glob, sys, h5py
            values = {}
            for name in glob.glob(sys.argv[1] + '/main/*/*.hdf5'):
                h = h5py.File(name)
                for i, oid in enumerate(h['object_id'][:]):
                    values[oid] = h['lightcurve_flux_err'][i][0][:h['lightcurve_length'][i][0]].tolist()
            print(values[1], values[2], end='')
            """, folder["out"]));
    }

    [Fact]
    public async Task A_missing_time_scale_fails_before_reading()
    {
        await WriteAsync("t.csv");
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => BuildAsync("source:\n  " + Keys.Replace("\n", "\n  ", StringComparison.Ordinal)));
        Assert.Contains("options.time_scale", error.Message, StringComparison.Ordinal);
        await BuildAsync("source:\n  " + Keys.Replace("\n", "\n  ", StringComparison.Ordinal) + "\noptions: { time_scale: TAI }");
        Manifest manifest = ManifestReader.Read(await File.ReadAllTextAsync(Path.Combine(folder["out"], "pile.yaml"), Token), "pile.yaml");
        Assert.Equal(new TimeAxis("TAI"), manifest.Column("lightcurve_time")!.Time);
        Assert.Equal((59_000.0, 59_010.0), (manifest.Time!.StartMjd, manifest.Time.EndMjd));
    }

    private async Task WriteAsync(string file)
    {
        await File.WriteAllTextAsync(folder["t.csv"], Rows, Token);
        if (file == "t.parquet")
        {
            await using ITableReader table = await TableReader.OpenAsync(folder["t.csv"], cancellationToken: Token);
            await TableWriter.WriteAsync(folder[file], table.Columns, table.ReadAsync(cancellationToken: Token), cancellationToken: Token);
        }
        else if (file != "t.csv")
            Python.Run("""
                import sys, numpy as np
                from astropy.table import Table
                t = Table.read(sys.argv[1], format='ascii.csv')
                for c in ('t', 'f'):
                    t[c] = t[c].filled(np.nan)
                t['t'].unit = 'd'
                t['q'] = t['q'].astype('i4')
                t.write(sys.argv[2], format='votable' if sys.argv[2].endswith('vot') else 'fits')
                """, [folder["t.csv"], folder[file]]);
    }

    private async Task<BuildOutcome> BuildAsync(string source, long? limit = null)
    {
        await File.WriteAllTextAsync(folder["recipe.yaml"], $$"""
            pile: 1
            name: test
            provenance: { project: p, survey: s, instrument: i, release: r }
            licence: CC0-1.0
            citation: none
            {{source}}
            """, Token);
        Recipe recipe = RecipeReader.ReadFile(folder["recipe.yaml"]);
        return await BuildRun.RunAsync(recipe, SourceBuilders.All, folder["out"], new BuildSettings { Limit = limit }, Token);
    }
}
