using Pile.DuckDb;
using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>HATS catalogues that are opened as datasets, compared with what DuckDB reads from their files and astropy computes.</summary>
public sealed class HatsCatalogTests : IDisposable
{
    private const string Collection = "catalog/hats-tree/small_sky_order1_collection";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("catalog/hats-tree/small_sky", "catalog/hats-tree/small_sky")]
    [InlineData("catalog/hats-tree/small_sky_xmatch", "catalog/hats-tree/small_sky_xmatch")]
    [InlineData("catalog/hats-tree/small_sky_left_xmatch", "catalog/hats-tree/small_sky_left_xmatch")]
    [InlineData(Collection, Collection + "/small_sky_order1")]
    public async Task Catalogues_of_the_hats_library_have_the_rows_of_their_files(string address, string catalogue)
    {
        await using Dataset dataset = await Dataset.OpenAsync(TestPaths.Data(address), cancellationToken: Token);
        List<(long, double, double)> expected = ReadWithDuckDb(TestPaths.Data(catalogue), "id, ra, dec");
        Assert.Equal(expected.Count, dataset.Manifest.Rows);
        Assert.Equal(expected.Order(), (await RowsAsync(dataset, dataset.Query())).Order());
        Assert.Equal(expected.Count, await dataset.CountAsync(dataset.Query().Where("ra >= 0"), Token));
    }

    [Fact]
    public async Task Cones_return_the_rows_that_astropy_finds()
    {
        (double Ra, double Dec, double RadiusDeg)[] cones = [(300, -50, 5), (10, 80, 3), (0, -90, 25), (282.5, -58.5, 0), (330, -35,
            20.25)];
        string[] lines = Python.Run("""
            import sys, numpy as np
            from astropy.coordinates import SkyCoord
            rows = [line.split() for line in open(sys.argv[1])]
            c = SkyCoord([float(r[1]) for r in rows], [float(r[2]) for r in rows], unit='deg')
            for cone in sys.argv[2:]:
                ra, dec, radius = map(float, cone.split(','))
                inside = c.separation(SkyCoord(ra, dec, unit='deg')).deg <= radius + 1e-12
                print(' '.join(sorted((r[0] for r, ok in zip(rows, inside) if ok), key=int)))
            """, [WriteRows(ReadWithDuckDb(TestPaths.Data(Collection + "/small_sky_order1"), "id, ra, dec")),
            .. cones.Select(c => FormattableString.Invariant($"{c.Ra},{c.Dec},{c.RadiusDeg}"))]).TrimEnd('\n').Split('\n');
        await using Dataset dataset = await Dataset.OpenAsync(TestPaths.Data(Collection), cancellationToken: Token);
        for (int i = 0; i < cones.Length; i++)
        {
            Query cone = dataset.Query().Cone(cones[i].Ra, cones[i].Dec, cones[i].RadiusDeg);
            Assert.Equal(lines[i], string.Join(' ', (await RowsAsync(dataset, cone)).Select(r => r.Id).Order()));
        }
        Assert.True((await dataset.PlanAsync(dataset.Query().Cone(300, -50, 1), Token)).Tiles.Length < 4,
            "The tiles are pruned by the region.");
        Assert.Equal(ReadWithDuckDb(TestPaths.Data(Collection + "/small_sky_order1"), "id, ra, dec")
            .Where(r => r is { Item2: >= 300 and <= 310, Item3: >= -60 and <= -55 }).Order(),
            (await RowsAsync(dataset, dataset.Query().Box(300, -60, 310, -55))).Order());
    }

    [Fact]
    public async Task Rows_are_found_by_their_number_and_by_a_named_id()
    {
        string address = TestPaths.Data("catalog/hats-tree/small_sky_left_xmatch");
        await using Dataset numbered = await Dataset.OpenAsync(address, new DatasetOptions { IdColumn = "row" }, Token);
        List<(long Id, double Ra, double Dec)> all = await RowsAsync(numbered, numbered.Query());
        Assert.Equal(Enumerable.Range(0, all.Count).Select(i => (long)i), all.Select(r => r.Id));
        List<(long Id, double Ra, double Dec)> some = await RowsAsync(numbered, numbered.Query().Ids([new(100), new(3)]));
        Assert.Equal([all[3], all[100]], some);
        Assert.Equal(all[^1], Assert.Single(await RowsAsync(numbered, numbered.Query().Where($"object_id = {all.Count - 1}"))));
        RowReader rows = await numbered.OpenRowsByPositionAsync([7, 2], numbered.Query().Columns("ra"), cancellationToken: Token);
        Assert.Equal(2, rows.Count);

        List<string> messages = [];
        await using Dataset named = await Dataset.OpenAsync(address, new DatasetOptions { OnMessage = messages.Add }, Token);
        Assert.Equal($"the ids of '{address}' are from 'id'", Assert.Single(messages));
        Assert.Equal(all.Select(r => (r.Ra, r.Dec)), (await RowsAsync(named, named.Query())).Select(r => (r.Ra, r.Dec)));
    }

    [Fact]
    public async Task Other_names_nested_columns_and_types_without_a_dtype_are_read()
    {
        WriteCatalogue("SELECT 'x' || i AS name, (i * 11.25)::FLOAT AS \"RA deg\", (i - 16) * 5.5 AS d, "
            + "{'mjd': [i, i + 1.5], 'band': [1::TINYINT, 2::TINYINT]} AS lc, [{'a': i, 'b': 2.0}] AS parts, {'q': i} AS meta, "
            + "DATE '2020-01-01' + i::INTEGER AS day, 1.5::DECIMAL(4, 1) AS price, "
            + "'0.09328729344249155'::DECIMAL(18, 17) AS p, ['0.96276669570952328'::DECIMAL(18, 17)] AS ps FROM range(32) t(i)",
            "RA deg", "d", key: null);
        await using Dataset dataset = await Dataset.OpenAsync(folder["cat"], cancellationToken: Token);
        Assert.Equal(["object_id", "ra", "dec", "name", "RA deg", "d", "lc.mjd", "lc.band", "parts.a", "parts.b", "meta.q", "day",
            "price", "p", "ps"],
            dataset.Manifest.Columns.Select(c => c.Name));
        Query query = dataset.Query().Where("lc.mjd[2] = 6.5").Columns("object_id", "ra", "lc.mjd", "parts.a", "meta.q", "day", "price",
            "p", "ps");
        RowBatch row = await SingleAsync(dataset, query);
        Assert.Equal("x5", ((TextColumnData)row["object_id"]).Text(0));
        Assert.Equal(56.25, ((ColumnData<double>)row["ra"]).Values.Span[0]);
        Assert.Equal([5, 6.5], ((ColumnData<double>)row["lc.mjd"]).Row(0).ToArray());
        Assert.Equal("2020-01-06", ((TextColumnData)row["day"]).Text(0));
        Assert.Equal(0.09328729344249155, row.Values<double>("p")[0]); // not ...156, which DuckDB's division gives
        Assert.Equal([0.9627666957095233], ((ColumnData<double>)row["ps"]).Row(0).ToArray());
        Assert.Equal(1, (await SingleAsync(dataset, dataset.Query().Cone(56.25, -60.5, 0.01))).RowCount); // without stored pixels
    }

    [Theory]
    [InlineData("hats_nrows=131", "hats_nrows=130", "its tiles have 131 rows, but 'hats.properties' states 130")]
    [InlineData("hats_col_ra=ra", "hats_col_ra=alpha",
        "names the column of right ascension 'alpha' (hats_col_ra), but its tiles have no such")]
    [InlineData("hats_col_ra=ra", "hats_col_ra=id", "has the type int64, expected float64 in degrees")]
    [InlineData("hats_col_healpix=_healpix_29", "hats_col_healpix=pixel", "names the column of pixels 'pixel'")]
    [InlineData("hats_col_healpix_order=29", "hats_col_healpix_order=30", "expected an order from 0 to 29")]
    [InlineData("dataproduct_type=object", "dataproduct_type=object\nhats_frame=galactic", "in the frame 'galactic'")]
    [InlineData("dataproduct_type=object", "dataproduct_type=margin\nhats_primary_table_url=main",
        "Open the catalogue that it belongs to, 'main'")]
    [InlineData("dataproduct_type=object", "dataproduct_type=\\u12", "without four hexadecimal digits")]
    public async Task Wrong_properties_are_one_error(string from, string to, string message)
    {
        string copy = Copy("catalog/hats-tree/small_sky_order1_collection/small_sky_order1");
        foreach (string name in (string[])["hats.properties", "properties"])
            File.WriteAllText(Path.Combine(copy, name), File.ReadAllText(Path.Combine(copy, name)).Replace(from, to,
                StringComparison.Ordinal));
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_tiles_are_one_error_when_they_are_needed()
    {
        string copy = Copy("catalog/hats-tree/small_sky_order1_collection/small_sky_order1");
        string tiles = Path.Combine(copy, "dataset", "Norder=1", "Dir=0"), first = Path.Combine(tiles, "Npix=44.parquet");
        Assert.Contains("'row' or 'id'", (await Assert.ThrowsAsync<ArgumentException>(() => QueryAsync(copy, null, "nothing"))).Message
            .Replace("it has id", "'row' or 'id'", StringComparison.Ordinal), StringComparison.Ordinal);

        Execute($"COPY (SELECT * REPLACE (_healpix_29 + 4611686018427387 AS _healpix_29) FROM '{first}') TO '{first}.new' (FORMAT "
            + "PARQUET)");
        File.Move(first + ".new", first, overwrite: true);
        await QueryAsync(copy, null); // pixels are not used
        DatasetInvalidException wrong = await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, d => d.Query().Cone(300,
            -60, 40)));
        Assert.Contains("a row contradicts its tile: its position", wrong.Message, StringComparison.Ordinal);

        File.Copy(Path.Combine(tiles, "Npix=45.parquet"), first, overwrite: true);
        DatasetInvalidException rows = await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null));
        Assert.Contains("Npix=44.parquet' is damaged: it has 29 rows, but the catalogue lists 42", rows.Message, StringComparison.Ordinal);

        File.Delete(first);
        DatasetInvalidException missing = await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null));
        Assert.Contains("Npix=44.parquet' cannot be read", missing.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(copy, "dataset", "_metadata"));
        missing = await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null));
        Assert.Contains("Npix=44.parquet' is missing, but 'partition_info.csv' lists it", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_tiles_that_overlap_or_are_not_pixels_is_one_error()
    {
        string copy = Copy("catalog/hats-tree/small_sky_xmatch"), list = Path.Combine(copy, "partition_info.csv");
        string[] lines = File.ReadAllLines(list);
        File.WriteAllLines(list, [.. lines, "0,11"]);
        Assert.Contains("overlap", (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null))).Message,
            StringComparison.Ordinal);
        File.WriteAllLines(list, [.. lines, "1,48"]);
        Assert.Contains("expected the order and number of a pixel, found '1,48'",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null))).Message, StringComparison.Ordinal);
        File.Delete(list);
        Assert.Equal(111, await QueryAsync(copy, null)); // _metadata lists the tiles too
    }

    [Fact]
    public async Task A_missing_margin_is_reported_and_a_missing_catalogue_is_an_error()
    {
        string copy = Copy(Collection);
        Directory.Delete(Path.Combine(copy, "small_sky_order1_margin_1deg"), recursive: true);
        List<string> messages = [];
        await using (Dataset _ = await Dataset.OpenAsync(copy, new DatasetOptions { OnMessage = messages.Add }, Token))
            Assert.Contains(messages, m => m.StartsWith("the margin 'small_sky_order1_margin_1deg' of", StringComparison.Ordinal));
        Directory.Delete(Path.Combine(copy, "small_sky_order1"), recursive: true);
        Assert.Contains("the catalogue 'small_sky_order1' of the collection has no",
            (await Assert.ThrowsAsync<DatasetInvalidException>(() => QueryAsync(copy, null))).Message, StringComparison.Ordinal);
    }

    private static async Task<long> QueryAsync(string address, Func<Dataset, Query>? query, string? id = null)
    {
        await using Dataset dataset = await Dataset.OpenAsync(address, new DatasetOptions { IdColumn = id }, Token);
        return (await RowsAsync(dataset, (query?.Invoke(dataset) ?? dataset.Query()).Columns("object_id", "ra", "dec"))).Count;
    }

    private static async Task<List<(long Id, double Ra, double Dec)>> RowsAsync(Dataset dataset, Query query)
    {
        List<(long, double, double)> rows = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
        {
            long[] ids = ((ColumnData<long>)batch["object_id"]).Values.ToArray();
            double[] ra = ((ColumnData<double>)batch["ra"]).Values.ToArray(), dec = ((ColumnData<double>)batch["dec"]).Values.ToArray();
            rows.AddRange(ids.Select((id, i) => (id, ra[i], dec[i])));
        }
        return rows;
    }

    private static async Task<RowBatch> SingleAsync(Dataset dataset, Query query)
    {
        RowBatch? found = null;
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
            found = batch;
        Assert.Equal(1, found!.RowCount);
        return found;
    }

    private string Copy(string catalogue)
    {
        string target = folder[Path.GetFileName(catalogue)];
        foreach (string file in Directory.EnumerateFiles(TestPaths.Data(catalogue), "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(target, Path.GetRelativePath(TestPaths.Data(catalogue), file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        return target;
    }

    // A catalogue of one tile per base pixel, without _metadata.
    private void WriteCatalogue(string select, string ra, string dec, string? key)
    {
        string dataset = Directory.CreateDirectory(Path.Combine(folder["cat"], "dataset")).FullName;
        Execute($"COPY (FROM ({select}) LIMIT 0) TO '{dataset}/_common_metadata' (FORMAT PARQUET)");
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute($"CREATE TABLE t AS {select}");
        using DuckDbResult positions = connection.Query($"SELECT \"{ra}\"::DOUBLE, \"{dec}\"::DOUBLE FROM t");
        List<long> pixels = [];
        foreach (DuckDbChunk chunk in positions.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                pixels.Add(Sky.Healpix.AngToPix(0, chunk.Values<double>(0)[row], chunk.Values<double>(1)[row]));
        Directory.CreateDirectory(Path.Combine(dataset, "Norder=0", "Dir=0"));
        foreach (long pixel in pixels.Distinct())
        {
            string rows = string.Join(", ", Enumerable.Range(0, pixels.Count).Where(i => pixels[i] == pixel));
            connection.Execute($"COPY (FROM t WHERE rowid IN ({rows})) TO '{dataset}/Norder=0/Dir=0/Npix={pixel}.parquet' (FORMAT "
                + "PARQUET)");
        }
        File.WriteAllLines(Path.Combine(folder["cat"], "partition_info.csv"), ["Norder,Npix", .. pixels.Distinct().Select(p => $"0,{p}")]);
        File.WriteAllText(Path.Combine(folder["cat"], "hats.properties"),
            $"obs_collection=made\ndataproduct_type=object\nhats_nrows={pixels.Count}\nhats_col_ra={ra}\nhats_col_dec={dec}\n"
                + (key is null ? "" : $"hats_col_healpix={key}\n"));
    }

    private static List<(long, double, double)> ReadWithDuckDb(string catalogue, string columns)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        using DuckDbResult result = connection.Query(
            $"SELECT {columns} FROM read_parquet('{catalogue}/dataset/Norder=*/Dir=*/Npix=*.parquet', hive_partitioning = false)");
        List<(long, double, double)> rows = [];
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                rows.Add((chunk.Values<long>(0)[row], chunk.Values<double>(1)[row], chunk.Values<double>(2)[row]));
        return rows;
    }

    private string WriteRows(List<(long Id, double Ra, double Dec)> rows)
    {
        File.WriteAllLines(folder["rows.txt"], rows.Select(r => FormattableString.Invariant($"{r.Id} {r.Ra:R} {r.Dec:R}")));
        return folder["rows.txt"];
    }

    private static void Execute(string sql)
    {
        using DuckDbDatabase database = DuckDbDatabase.OpenInMemory();
        using DuckDbConnection connection = database.Connect();
        connection.Execute(sql);
    }
}
