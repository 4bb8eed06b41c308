using System.Text.Json;
using Pile.Format;
using Pile.Sky;
using Pile.TestKit;

namespace Pile.Reading.Tests;

public sealed class QueryTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_light_columns_are_returned_in_index_order_with_names_types_and_nulls()
    {
        await using Dataset dataset = await OpenAsync();
        RowBatch all = await AllAsync(dataset, dataset.Query().Native());
        Assert.Equal(made.Light.Select(c => c.Name), all.Columns.Select(c => c.Schema.Name));
        foreach (ColumnData column in all.Columns)
            for (int row = 0; row < made.Rows; row++)
            {
                JsonElement expected = made.Lines[row].GetProperty(column.Schema.SqlName);
                Assert.Equal(expected.ValueKind == JsonValueKind.Null, column.IsNullAt(row));
                if (!column.IsNullAt(row))
                    Assert.Equal(Elements(expected), Values(column, row));
            }
        Assert.Equal("arcsec", all["image_psf_fwhm"].Schema.Unit);
        Assert.Equal("src.redshift", all["z"].Schema.Ucd);
    }

    [Fact]
    public async Task The_standard_view_adds_aliases_with_their_own_types_and_units()
    {
        await using Dataset dataset = await OpenAsync();
        RowBatch all = await AllAsync(dataset, dataset.Query());
        Assert.Equal(made.Light.Select(c => c.Name == "EBV" ? "native_EBV" : c.Name)
            .Concat(["redshift", "ebv", "colour", "sum", "fwhm_mas"]), all.Columns.Select(c => c.Schema.Name));
        Assert.Equal((DType.Float32, "mag"), (all["colour"].Schema.DType, all["colour"].Schema.Unit));
        Assert.Equal(DType.Float64, all["sum"].Schema.DType);
        Assert.Equal(Enumerable.Range(0, made.Rows).Select(i => 2 * made.Lines[i].GetProperty("native_EBV").GetSingle()),
            ((ColumnData<float>)all["ebv"]).Values.ToArray());
    }

    [Fact]
    public async Task Conditions_orders_limits_and_columns_are_applied()
    {
        await using Dataset dataset = await OpenAsync();
        Query query = dataset.Query().Where("redshift > 5.5").Where("\"größe µ\" >= 0 -- not below");
        int[] expected = [.. Rows().Where(i => Number(i, "native_Z") > 5.5 && Number(i, "größe µ") >= 0)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, query));
        Assert.Equal(expected.OrderByDescending(i => Number(i, "z")).Select(made.IdAt).Take(5),
            await IdsAsync(dataset, query.OrderBy("z", descending: true).Limit(5)));
        Assert.Equal(expected.OrderBy(i => Number(i, "größe µ")).ThenBy(i => i).Select(made.IdAt),
            await IdsAsync(dataset, query.OrderBy("größe µ")));
        Assert.Equal(expected.OrderBy(i => Math.Abs(Number(i, "dec"))).Select(made.IdAt),
            await IdsAsync(dataset, query.OrderBy("abs(dec)")));
        Assert.Equal(expected.Length, await dataset.CountAsync(query, Token));
        Assert.Equal(["Z", "ra"], (await AllAsync(dataset, dataset.Query().Native().Columns("Z", "ra").Where("native_Z > 0").Limit(1))
            is var b ? b.Columns.Select(c => c.Schema.Name) : []));
    }

    [Fact]
    public async Task Too_little_memory_is_not_reported_as_damage()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, new DatasetOptions { QueryMemoryBytes = 200_000 }, Token);
        Assert.Contains("exceeds the memory limit",
            (await Assert.ThrowsAsync<MemoryLimitException>(() => AllAsync(dataset, dataset.Query().OrderBy("abs(dec)")))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deriving_a_query_does_not_change_the_original()
    {
        await using Dataset dataset = await OpenAsync();
        Query all = dataset.Query();
        _ = all.Where("z > 2").Limit(0).Native();
        Assert.Equal(made.Rows, (await AllAsync(dataset, all)).RowCount);
    }

    [Theory]
    [InlineData(150, 2, 3)]
    [InlineData(359.5, -30, 1.2)]
    [InlineData(0.2, -30.3, 0.9)]
    [InlineData(77, 90, 0.2)]
    [InlineData(77, -89.95, 0.16)]
    [InlineData(200, 0, 180)]
    [InlineData(200, 0, 0)]
    public async Task A_cone_returns_exactly_the_rows_within_its_radius(double raDeg, double decDeg, double radiusDeg)
    {
        await using Dataset dataset = await OpenAsync();
        int[] expected = [.. Rows().Where(i => Separation.Arcsec(raDeg, decDeg, Number(i, "ra"), Number(i, "dec")) <= radiusDeg * 3600)];
        Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, dataset.Query().Cone(raDeg, decDeg, radiusDeg)));
    }

    [Theory]
    [InlineData(148, 0, 152, 3)]
    [InlineData(359, -31, 1, -29)]
    [InlineData(359, -31, 360, -29)]
    [InlineData(0, -90, 360, 90)]
    [InlineData(-10, 80, 100, 90)]
    public async Task A_box_extends_east_from_its_western_border(double ra1Deg, double dec1Deg, double ra2Deg, double dec2Deg)
    {
        await using Dataset dataset = await OpenAsync();
        double width = ra2Deg - ra1Deg;
        int[] expected = [.. Rows().Where(i => Number(i, "dec") >= dec1Deg && Number(i, "dec") <= dec2Deg
            && (width >= 360 || (Number(i, "ra") - ra1Deg + 720) % 360 <= (width + 360) % 360))];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, dataset.Query().Box(ra1Deg, dec1Deg, ra2Deg, dec2Deg)));
    }

    [Fact]
    public async Task A_cone_opens_only_the_tiles_it_touches()
    {
        using HandMadeDataset own = new();
        await using Dataset dataset = await Dataset.OpenAsync(own.Path, cancellationToken: Token);
        Query query = dataset.Query().Cone(150, 2, 5);
        QueryPlan plan = await dataset.PlanAsync(query, Token);
        Assert.Equal(10, plan.TileCount);
        Assert.Equal("main/index/dataset/Norder=1/Dir=0/Npix=26.parquet", Assert.Single(plan.Tiles).File.Path);
        // The result is the same if all other tiles are removed.
        foreach (IndexTile tile in (await dataset.FilesAsync(Token)).Tiles.Except(plan.Tiles))
            File.Delete(Path.Combine(own.Path, tile.File.Path));
        Assert.NotEmpty(await IdsAsync(dataset, query));
        await Assert.ThrowsAsync<DatasetInvalidException>(() => IdsAsync(dataset, dataset.Query()));
    }

    [Fact]
    public async Task A_polygon_and_a_coverage_map_return_exactly_their_rows()
    {
        await using Dataset dataset = await OpenAsync();
        foreach (SkyPolygon polygon in (SkyPolygon[])[SkyPolygon.Of((148, 0), (152, 0), (152, 4), (150, 2), (148, 4)),
            SkyPolygon.Of((0, 80), (120, 80), (240, 80)), SkyPolygon.Of((350, -35), (10, -35), (10, -25), (350, -25))])
        {
            int[] expected = [.. Rows().Where(i => polygon.Contains(Number(i, "ra"), Number(i, "dec")))];
            Assert.NotEmpty(expected);
            Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, dataset.Query().Polygon(polygon)));
            Assert.Equal(expected.Length, await dataset.CountAsync(dataset.Query().Polygon(polygon), Token));
            Moc moc = Moc.Of(polygon.CoverInclusive(7)).Difference(Moc.Parse("7/1-500,90000"));
            expected = [.. Rows().Where(i => moc.Contains(Number(i, "ra"), Number(i, "dec")))];
            Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, dataset.Query().Moc(moc)));
            expected = [.. expected.Where(i => polygon.Contains(Number(i, "ra"), Number(i, "dec")) && Number(i, "dec") > 2)];
            Assert.Equal(expected.Select(made.IdAt), await IdsAsync(dataset, dataset.Query().Moc(moc).Polygon(polygon).Where("dec > 2")));
        }
        Assert.Empty(await IdsAsync(dataset, dataset.Query().Moc(Moc.Parse("29/"))));
        Assert.Equal(made.Rows, (await IdsAsync(dataset, dataset.Query().Moc(Moc.Parse("0/0-11")))).Count);
    }

    [Fact]
    public async Task A_polygon_and_a_map_open_only_the_tiles_they_touch()
    {
        using HandMadeDataset own = new();
        await using Dataset dataset = await Dataset.OpenAsync(own.Path, cancellationToken: Token);
        Query polygon = dataset.Query().Polygon(SkyPolygon.Of((148, 0), (152, 0), (152, 4), (148, 4))),
            moc = dataset.Query().Moc(Moc.Of(Healpix.CoverConeInclusive(150, 2, 3, 8)));
        foreach (Query query in (Query[])[polygon, moc])
            Assert.Equal("main/index/dataset/Norder=1/Dir=0/Npix=26.parquet",
                Assert.Single((await dataset.PlanAsync(query, Token)).Tiles).File.Path);
        foreach (IndexTile tile in (await dataset.FilesAsync(Token)).Tiles)
            if (!tile.File.Path.EndsWith("/Npix=26.parquet", StringComparison.Ordinal))
                File.Delete(Path.Combine(own.Path, tile.File.Path));
        Assert.NotEmpty(await IdsAsync(dataset, polygon));
        Assert.NotEmpty(await IdsAsync(dataset, moc));
    }

    [Fact]
    public async Task Ids_restrict_a_query_and_unknown_ids_are_ignored()
    {
        await using Dataset dataset = await OpenAsync();
        Assert.Equal([made.IdAt(3), made.IdAt(40)], await IdsAsync(dataset, dataset.Query().Ids(made.IdAt(40), "unknown", made.IdAt(3))));
        Assert.Equal([made.IdAt(3)], await IdsAsync(dataset, dataset.Query().Ids("it's", "a\0b", "\\", made.IdAt(3))));
        IEnumerable<ObjectId> unknown = Enumerable.Range(0, 20).Select(i => new ObjectId($"it's {i}"));
        Assert.Equal([made.IdAt(3)], await IdsAsync(dataset, dataset.Query().Ids([made.IdAt(3), .. unknown])));
        Assert.Empty(await IdsAsync(dataset, dataset.Query().Ids("it's")));
        Assert.Empty(await IdsAsync(dataset, dataset.Query().Ids()));
        Assert.Throws<ArgumentException>(() => dataset.Query().Ids(5L));
        Assert.Equal("obj-001", dataset.ParseId("obj-001").Text);
    }

    [Theory]
    [InlineData("z > 0) OR (1 = 1")]
    [InlineData("1 = 1; DROP TABLE x")]
    [InlineData("z > 0 UNION SELECT 1")]
    [InlineData("z FROM d")]
    [InlineData("1 ORDER BY 1")]
    [InlineData("z IN (SELECT z FROM read_parquet('/etc/passwd'))")]
    [InlineData("exists(FROM read_text('/etc/passwd'))")]
    [InlineData("z > 0 /* ")]
    [InlineData("z > $1")]
    [InlineData("z AS y")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("z >")]
    [InlineData("zz > 0")]
    [InlineData("sum(z) > 0")]
    [InlineData("image_array > 0")]
    [InlineData("'a'::INTEGER > z")]
    public async Task A_condition_that_is_not_an_expression_is_rejected(string condition)
    {
        await using Dataset dataset = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(dataset, dataset.Query().Where(condition)));
        await Assert.ThrowsAsync<ArgumentException>(() => dataset.CountAsync(dataset.Query().Where(condition), Token));
        if (condition is not ("'a'::INTEGER > z" or "sum(z) > 0"))
            await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(dataset, dataset.Query().OrderBy(condition)));
    }

    [Fact]
    public async Task Errors_suggest_similar_names()
    {
        await using Dataset dataset = await OpenAsync();
        Assert.Contains("'redshift'",
            (await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(dataset, dataset.Query().Where("redshft > 1")))).Message,
            StringComparison.Ordinal);
        Assert.Contains("'rmag'",
            (await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(dataset, dataset.Query().Columns("r_mag")))).Message,
            StringComparison.Ordinal);
        Assert.Contains("heavy",
            (await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(dataset, dataset.Query().Columns("FLUX")))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counting_and_locating_rows_accept_heavy_columns_and_no_unknown_ones()
    {
        await using Dataset dataset = await OpenAsync();
        double middle = Rows().Select(i => Number(i, "z")).Order().ElementAt(made.Rows / 2);
        int expected = Rows().Count(i => Number(i, "z") > middle);
        Assert.InRange(expected, 1, made.Rows - 1);
        Query heavy = dataset.Query().Where(FormattableString.Invariant($"z > {middle:R}")).Columns("FLUX", "ra");
        Assert.Equal(expected, await dataset.CountAsync(heavy, Token));
        Assert.Equal(expected, (await dataset.PositionsAsync(heavy, Token)).Length);
        using TemporaryFolder folder = new();
        string saved = folder["bright.query.yaml"];
        await heavy.SaveAsync(saved, cancellationToken: Token);
        await using Dataset opened = await Dataset.OpenAsync(saved, cancellationToken: Token);
        Assert.Equal(expected, await opened.CountAsync(opened.Query(), Token));
        foreach (string[] columns in (string[][])[["zz"], ["FLUX", "zz"], ["FLUX", "FLUX"]])
        {
            Query query = dataset.Query().Columns(columns);
            string message = (await Assert.ThrowsAsync<ArgumentException>(() => dataset.CountAsync(query, Token))).Message;
            Assert.Equal(message, (await Assert.ThrowsAsync<ArgumentException>(() => dataset.PositionsAsync(query, Token))).Message);
            Assert.Contains(columns.Contains("zz") ? "'zz'" : "twice", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_query_without_rows_still_has_columns()
    {
        await using Dataset dataset = await OpenAsync();
        foreach (Query query in (Query[])[dataset.Query().Where("z > 9"), dataset.Query().Cone(260, 40, 0.1), dataset.Query().Limit(0)])
        {
            RowBatch none = await AllAsync(dataset, query.Columns("ra", "image_band", "colour"));
            Assert.Equal((0, 3), (none.RowCount, none.Columns.Length));
        }
    }

    [Fact]
    public async Task Cancelling_stops_a_query()
    {
        await using Dataset dataset = await OpenAsync();
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dataset.CountAsync(dataset.Query(), cancelled.Token));
    }

    private Task<Dataset> OpenAsync() => Dataset.OpenAsync(made.Path, cancellationToken: Token);

    private IEnumerable<int> Rows() => Enumerable.Range(0, made.Rows);

    private double Number(int row, string name) => made.Lines[row].GetProperty(name).GetDouble();

    internal static async Task<RowBatch> AllAsync(Dataset dataset, Query query)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
            batches.Add(batch);
        return Assert.Single(batches);
    }

    internal static async Task<List<string>> IdsAsync(Dataset dataset, Query query)
    {
        RowBatch batch = await AllAsync(dataset, query);
        return batch.Find("object_id") is TextColumnData ids ? [.. Enumerable.Range(0, ids.RowCount).Select(i => ids.Text(i))] : [];
    }

    private static object[] Elements(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Elements)],
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.True or JsonValueKind.False => [value.GetBoolean()],
        _ => [value.GetRawText().Contains('.', StringComparison.Ordinal) ? value.GetDouble() : value.GetDecimal()],
    };

    private static object[] Values(ColumnData column, int row) => column switch
    {
        TextColumnData c => [.. Enumerable.Range(0, c.Schema.ElementsPerRow).Select(e => c.Text(row, e))],
        ColumnData<double> c => [.. c.Row(row).ToArray()],
        ColumnData<float> c => [.. c.Row(row).ToArray().Select(v => (double)v)],
        ColumnData<long> c => [.. c.Row(row).ToArray().Select(v => (decimal)v)],
        ColumnData<int> c => [.. c.Row(row).ToArray().Select(v => (decimal)v)],
        ColumnData<byte> c => [.. c.Row(row).ToArray().Select(v => (decimal)v)],
        ColumnData<ulong> c => [.. c.Row(row).ToArray().Select(v => (decimal)v)],
        ColumnData<bool> c => [.. c.Row(row).ToArray()],
        _ => throw new InvalidOperationException(column.Schema.Name),
    };
}
