using System.Globalization;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Review;
using Pile.TestKit;
using static Pile.Publishing.Tests.Exporting.MadeDatasets;

namespace Pile.Publishing.Tests.Exporting;

/// <summary>Exports as HATS collections: valid by the rules of HATS, and read back with DuckDB.</summary>
public sealed class HatsExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DuckDbDatabase database = DuckDbDatabase.OpenInMemory(new DuckDbSettings { Threads = 1 });

    public void Dispose()
    {
        database.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("image", 5)]
    [InlineData("spectrum", 5)]
    [InlineData("cube", 4)]
    [InlineData("time-series", 5)]
    [InlineData("nested", 6)]
    [InlineData("catalogue-int64", 10)]
    [InlineData("catalogue-text", 5)]
    [InlineData("matched", 3)]
    [InlineData("margin", 7)]
    [InlineData("empty", 0)]
    public async Task A_collection_is_valid_and_has_every_row(string name, int rows)
    {
        ExportSummary summary = await ExportAsync(Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", name));
        Assert.Equal((rows, null), (summary.Rows, summary.Layout));
        ValidationReport report = await DatasetValidator.ValidateAsync(folder["out"], new ValidationOptions { Deep = true },
            TestContext.Current.CancellationToken);
        Assert.True(report.IsValid, string.Join('\n', report.Findings.Select(f => f.Message)));
        if (rows > 0)
            Assert.Equal(rows, Scalar<long>($"SELECT count(*) FROM {Tiles($"conformance-{name}")}"));
    }

    [Fact]
    public async Task Payload_is_a_struct_of_lists()
    {
        Modality spectrum = Modality.Get("spectrum");
        await BuildAsync(folder["d"], "spectrum", "s",
        [
            .. Common(3),
            new ColumnData<float>(spectrum.Find("spectrum_flux")!.With(DType.Float32, [-1]), Each(12, i => i / 4f), [3, 5, 4]),
            new ColumnData<float>(spectrum.Find("spectrum_lambda")!.With(DType.Float32, [-1]), Each(12, i => 4000f + i), [3, 5, 4]),
            new ColumnData<bool>(spectrum.Find("spectrum_mask")!.With(DType.Bool, [-1]), Each(12, i => i % 5 == 0), [3, 5, 4]),
            .. Floats(3, ["Z", "RA"]),
            new ColumnData<int>(new ColumnSchema { Name = "image", DType = DType.Int32, Shape = [2, 3], IsHeavy = true }, Each(18, i => i)),
        ], medium: "vacuum");
        _ = await ExportAsync(folder["d"]);
        string tiles = Tiles("made");
        Assert.Equal("_healpix_29 BIGINT, object_id BIGINT, ra DOUBLE, dec DOUBLE, healpix BIGINT, "
            + "spectrum STRUCT(flux FLOAT[], \"lambda\" FLOAT[], mask BOOLEAN[]), Z FLOAT, native_RA FLOAT, image INTEGER[][]",
            Scalar<string>($"SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT * FROM {tiles})"));
        Assert.Equal("[0.75, 1.0, 1.25, 1.5, 1.75] [false, false, true, false, false] [[6, 7, 8], [9, 10, 11]]",
            Scalar<string>("SELECT spectrum.flux::VARCHAR || ' ' || spectrum.mask::VARCHAR || ' ' || image::VARCHAR "
                + $"FROM {tiles} WHERE object_id = 1001"));
        Assert.Contains("hats_cols_default=object_id ra dec healpix Z native_RA\n", File.ReadAllText(folder["out/made/hats.properties"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_are_columns_of_their_values()
    {
        await BuildAsync(folder["d"], "catalogue", "s", [.. Common(3), .. Floats(3, ["FLUX", "err", "t"])], aliases:
        [
            new() { Name = "snr", Expression = "CASE WHEN err > 100 THEN native_FLUX / err END", Description = "of the flux" },
            new() { Name = "name", Expression = "'s' || object_id" },
            new() { Name = "flux", Native = "FLUX", Scale = 1000, Unit = "mJy" },
            new() { Name = "time", Native = "t" },
        ]);
        _ = await ExportAsync(folder["d"]);
        string tiles = Tiles("made");
        Assert.Equal("_healpix_29 BIGINT, object_id BIGINT, ra DOUBLE, dec DOUBLE, healpix BIGINT, native_FLUX FLOAT, err FLOAT, t FLOAT, "
            + "snr FLOAT, name VARCHAR, flux FLOAT, time FLOAT",
            Scalar<string>($"SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT * FROM {tiles})"));
        Assert.Equal("1000 NULL s1000 0.0 2.0; 1001 0.990099 s1001 100000.0 102.0; 1002 0.99502486 s1002 200000.0 202.0",
            Scalar<string>("SELECT string_agg(concat_ws(' ', object_id, ifnull(snr::VARCHAR, 'NULL'), name, flux, time), '; ' "
                + $"ORDER BY object_id) FROM {tiles}"));
        Assert.Contains("healpix native_FLUX err t snr name flux time\n",
            File.ReadAllText(folder["out/made/hats.properties"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nested_groups_are_structs_of_lists()
    {
        _ = await ExportAsync(Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "nested"));
        string tiles = Tiles("conformance-nested");
        Assert.Equal("STRUCT(\"time\" DOUBLE[], flux FLOAT[], \"class\" UTINYINT[], band VARCHAR[])",
            Scalar<string>($"SELECT column_type FROM (DESCRIBE SELECT lc FROM {tiles})"));
        Assert.Equal("['', band 1, band 2, '']", Scalar<string>($"SELECT lc.band::VARCHAR FROM {tiles} WHERE len(lc.band) = 4"));
    }

    [Fact]
    public async Task Light_curves_are_lists_of_samples_with_their_bands()
    {
        _ = await ExportAsync(Path.Combine(TestPaths.Root, "format-spec", "conformance", "v1", "valid", "time-series"));
        string tiles = Tiles("conformance-time-series");
        Assert.Equal("STRUCT(band VARCHAR[], \"time\" DOUBLE[], flux FLOAT[], flux_err FLOAT[], quality INTEGER[])",
            Scalar<string>($"SELECT column_type FROM (DESCRIBE SELECT lightcurve FROM {tiles})"));
        // Row i has 1 + i % 3 bands, of which band b has 4 + i - b samples.
        Assert.Equal("15:[g, g, g, g, g, r, r, r, r]:[100.0, 101.0, 102.0, 103.0, 104.0, 110.0, 111.0, 112.0, 113.0]",
            Scalar<string>($"SELECT '15:' || lightcurve.band::VARCHAR || ':' || lightcurve.flux::VARCHAR FROM {tiles} "
                + "WHERE len(list_distinct(lightcurve.band)) = 2 ORDER BY len(lightcurve.band) LIMIT 1"));
    }

    [Fact]
    public async Task Images_are_lists_of_bands_in_small_row_groups()
    {
        const int Count = 40;
        Random random = new(3);
        float[] noise = new float[Count * 131_072]; // no codec makes it smaller
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(noise.AsSpan()));
        Modality image = Modality.Get("image");
        await BuildAsync(folder["d"], "image", "s",
        [
            new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), Each(Count, i => (long)i)),
            new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), Each(Count, i => 45 + (i * 1e-3))),
            new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), Each(Count, i => 20.0)),
            new ColumnData<float>(image.Find("image_array")!.With(DType.Float32, [2, 256, 256]),
                noise),
            TextColumnData.From(image.Find("image_band")!.With(DType.String, [2]),
                [.. Enumerable.Range(0, Count).SelectMany(_ => (string[])["g", "r"])]),
        ], order: 0);
        _ = await ExportAsync(folder["d"]);
        string tiles = Tiles("made");
        Assert.Equal("STRUCT(band VARCHAR[], flux FLOAT[][][])",
            Scalar<string>($"SELECT column_type FROM (DESCRIBE SELECT image FROM {tiles})"));
        Assert.True(Scalar<bool>("SELECT bool_and(len(image.flux) = 2 AND len(image.flux[1]) = 256 AND len(image.flux[1][256]) = 256 "
            + $"AND image.band = ['g', 'r']) FROM {tiles}"));
        foreach (int row in (int[])[0, 31, 39])
            Assert.Equal(noise[(row * 131_072) + 65_536 + (2 * 256) + 3],
                Scalar<float>($"SELECT image.flux[2][3][4] FROM {tiles} WHERE object_id = {row}"));
        string file = Assert.Single(Directory.GetFiles(folder["out/made"], "*.parquet", SearchOption.AllDirectories));
        Assert.InRange(Scalar<long>($"SELECT max(row_group_num_rows) FROM parquet_metadata({DuckDbSql.Literal(file)})"), 1, 32);
        Assert.True(Scalar<bool>($"SELECT bool_and(_healpix_29 >= previous) FROM (SELECT _healpix_29, "
            + $"lag(_healpix_29, 1, 0::BIGINT) OVER () AS previous FROM {tiles})"));
    }

    [Fact]
    public async Task The_margin_has_every_row_within_ten_arcseconds_of_another_tile()
    {
        Random random = new(5);
        List<(double Ra, double Dec)> positions = [];
        foreach ((double ra, double dec) in ((double, double)[])[(45, 0), (0, 41.8103), (90, 0), (0, 90), (180, -41.81), (315, 0)])
            for (int i = 0; i < 60; i++)
                positions.Add(((ra + ((random.NextDouble() - 0.5) * 0.02 / Math.Max(Math.Cos(dec * Math.PI / 180), 1e-3)) + 360) % 360,
                    Math.Clamp(dec + ((random.NextDouble() - 0.5) * 0.02), -90, 90)));
        await BuildAsync(folder["d"], "catalogue", "s",
        [
            new ColumnData<long>(Modality.Common.Find("object_id")!.With(DType.Int64, []), Each(positions.Count, i => (long)i)),
            new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), Each(positions.Count, i => positions[i].Ra)),
            new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), Each(positions.Count, i => positions[i].Dec)),
        ]);
        _ = await ExportAsync(folder["d"]);
        using (DuckDbConnection connection = database.Connect())
            foreach (string catalogue in (string[])["made", "made_10arcs"])
                connection.Execute($"COPY (SELECT filename, object_id, ra, dec FROM {Tiles(catalogue)}) TO "
                    + $"{DuckDbSql.Literal(folder[$"{catalogue}.csv"])} (HEADER)",
                    cancellationToken: TestContext.Current.CancellationToken);
        string result = Python.Run("""
            import sys, healpy, numpy as np, pandas
            def read(name):
                t = pandas.read_csv(sys.argv[1] + "/" + name + ".csv")
                t["order"] = t.filename.str.extract(r"Norder=(\d+)").astype(int)
                t["pixel"] = t.filename.str.extract(r"Npix=(\d+)").astype(int)
                return t
            primary, margin = read("made"), read("made_10arcs")
            assert set(primary.order) == {0}
            near = {(i, p) for i, p in zip(margin.object_id, margin.pixel)}
            def touched(row, arcsec):
                v = healpy.ang2vec(row.ra, row.dec, lonlat=True)
                a = np.cross(v, [1, 0, 0] if abs(v[0]) < .7 else [0, 1, 0]); a /= np.linalg.norm(a); b = np.cross(v, a)
                angles, r = np.linspace(0, 2 * np.pi, 720, endpoint=False), np.radians(arcsec / 3600)
                ring = np.cos(r) * v + np.sin(r) * (np.cos(angles)[:, None] * a + np.sin(angles)[:, None] * b)
                return set(healpy.vec2pix(1, *ring.T, nest=True)) - {row.pixel}
            required = {(row.object_id, p) for row in primary.itertuples() for p in touched(row, 9.99)}
            allowed = {(row.object_id, p) for row in primary.itertuples() for p in touched(row, 12.6)}
            assert required <= near <= allowed, (len(required - near), len(near - allowed))
            assert len(required) > 20 and len(near) == len(margin)
            print("complete")
            """, folder.Path);
        Assert.Equal("complete\n", result);
    }

    private async Task<ExportSummary> ExportAsync(string source)
    {
        await using Dataset dataset = await Dataset.OpenAsync(source, cancellationToken: TestContext.Current.CancellationToken);
        return await DatasetExport.ToHatsAsync(dataset, folder["out"], new ExportOptions { Workers = 2 },
            TestContext.Current.CancellationToken);
    }

    private string Tiles(string catalogue) => string.Create(CultureInfo.InvariantCulture,
        $"read_parquet({DuckDbSql.Literal(folder[$"out/{catalogue}/dataset/Norder=*/Dir=*/Npix=*.parquet"])}, hive_partitioning = false)");

    private T Scalar<T>(string sql)
    {
        using DuckDbConnection connection = database.Connect();
        return connection.Scalar<T>(sql);
    }
}
