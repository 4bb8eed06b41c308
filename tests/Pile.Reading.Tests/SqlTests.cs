using System.Globalization;
using System.Security.Cryptography;
using Pile.Format;

namespace Pile.Reading.Tests;

public sealed class SqlTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string AnyTile => Directory.EnumerateFiles(made.Path, "Npix=*.parquet", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).First();

    [Fact]
    public async Task A_select_reads_the_light_columns_and_aliases_of_the_standard_view()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch all = await AllAsync(dataset.SqlAsync("SELECT * FROM d ORDER BY _healpix_29, object_id;", cancellationToken: Token));
        RowBatch query = await AllAsync(dataset.QueryAsync(dataset.Query(), Token));
        Assert.Equal([.. query.Columns.Select(c => c.Schema.SqlName), "_healpix_29"], all.Columns.Select(c => c.Schema.Name));
        Assert.Equal(Enumerable.Range(0, made.Rows).Select(made.IdAt), Texts(all["object_id"]));
        Assert.Equal(((ColumnData<double>)query["ra"]).Values.ToArray(), ((ColumnData<double>)all["ra"]).Values.ToArray());
        Assert.Equal(("arcsec", "mag"), (all["image_psf_fwhm"].Schema.Unit, all["colour"].Schema.Unit));
    }

    [Fact]
    public async Task Only_unchanged_columns_keep_their_metadata()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch rows = await AllAsync(dataset.SqlAsync("SELECT x.z AS renamed, z * 2 AS twice, image_psf_fwhm FROM d AS x LIMIT 1",
            cancellationToken: Token));
        Assert.Equal("src.redshift", rows["renamed"].Schema.Ucd);
        Assert.Null(rows["twice"].Schema.Ucd);
        Assert.Equal("arcsec", rows["image_psf_fwhm"].Schema.Unit);
        foreach (string changed in (string[])["SELECT * REPLACE (z * 2 AS z) FROM d", "SELECT * EXCLUDE z, z * 2 AS z FROM d",
            "SELECT z FROM (SELECT z * 2 AS z FROM d)", "WITH d AS (SELECT 1.0::FLOAT AS z) SELECT z FROM d"])
            Assert.Null((await AllAsync(dataset.SqlAsync(changed, 1, Token)))["z"].Schema.Ucd);
    }

    [Fact]
    public async Task Every_sql_type_is_converted_to_a_type_of_the_format()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch row = await AllAsync(dataset.SqlAsync("""
            SELECT count(*) AS n, sum(9007199254740993) AS large, 1.5 AS decimal, [1, 2]::BIGINT[] AS list,
                   array_value(1.5::FLOAT, 2) AS vector, [1.5, 2.5] AS decimals,
                   ['a', NULL] AS texts, {'a': 1} AS made, NULL AS nothing, DATE '2020-02-29' AS day,
                   TIMESTAMP '2020-02-29 01:02:03' AS moment, 'größe' AS text, true AS yes,
                   200::UTINYINT AS small, 'ab'::BLOB AS bytes, 18446744073709551615::UBIGINT AS most FROM d
            """, cancellationToken: Token));
        Assert.Equal([DType.Int64, DType.Int64, DType.Float64, DType.Int64, DType.Float32, DType.Float64, DType.String, DType.String,
            DType.Int32, DType.String, DType.String, DType.String, DType.Bool, DType.UInt8, DType.String, DType.UInt64],
            row.Columns.Select(c => c.Schema.DType));
        Assert.Equal(9007199254740993L * made.Rows, ((ColumnData<long>)row["large"]).Values.Span[0]);
        Assert.Equal([1, 2], ((ColumnData<long>)row["list"]).Row(0).ToArray());
        Assert.Equal(["a", ""], Enumerable.Range(0, 2).Select(i => ((TextColumnData)row["texts"]).Text(0, i)));
        Assert.Equal(["{\"a\":1}", "2020-02-29", "2020-02-29 01:02:03", "größe"],
            ((string[])["made", "day", "moment", "text"]).Select(c => Texts(row[c])[0]));
        Assert.True(row["nothing"].IsNullAt(0));
    }

    [Fact]
    public async Task Missing_elements_of_lists_are_nan_or_rejected()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch row = await AllAsync(dataset.SqlAsync("""
            SELECT list(x::DOUBLE) AS d, list(x::FLOAT) AS f FROM (SELECT CASE WHEN i % 2 = 0 THEN i END AS x FROM range(6) t(i))
            """, cancellationToken: Token));
        Assert.Equal([0, double.NaN, 2, double.NaN, 4, double.NaN], ((ColumnData<double>)row["d"]).Row(0).ToArray());
        Assert.Equal([0, float.NaN, 2, float.NaN, 4, float.NaN], ((ColumnData<float>)row["f"]).Row(0).ToArray());
        foreach (string type in (string[])["BIGINT", "UTINYINT", "BOOLEAN"])
        {
            ValueInvalidException refused = await Assert.ThrowsAsync<ValueInvalidException>(() => AllAsync(dataset.SqlAsync(
                $"SELECT [1::{type}, NULL] AS l FROM range(3)", cancellationToken: Token)));
            Assert.Contains("column 'l': a list with a missing element is not a list of", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Integers_outside_int64_are_text_or_rejected_with_their_column()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        const string Select = "SELECT i, sum(i) OVER (ORDER BY i) AS small, 1 AS small, CASE WHEN i = 39999 THEN "
            + "-170141183460469231731687303715884105727::HUGEINT ELSE i END AS h, NULL::HUGEINT AS n FROM range(40000) t(i) ORDER BY i";
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => AllAsync(dataset.SqlAsync(Select, cancellationToken: Token)));
        Assert.Contains("column 'h' contains integers outside int64, such as -170141183460469231731687303715884105727. Cast the column "
            + "to VARCHAR", refused.Message, StringComparison.Ordinal);
        Dictionary<string, Dataset> views = new() { ["d"] = dataset };
        List<RowBatch> batches = await Sql.QueryAsync(views, Select,
            new SqlOptions { LargeIntegersAsText = true, MemoryBytes = 100_000_000 }, Token).ToListAsync(Token);
        Assert.Equal(["i", "small", "small_1", "h", "n"], batches[0].Columns.Select(c => c.Schema.Name));
        Assert.Equal(Enumerable.Range(0, 40_000).Select(i => (long)i),
            batches.SelectMany(b => ((ColumnData<long>)b["i"]).Values.ToArray()));
        Assert.Equal(39_999L * 40_000 / 2, ((ColumnData<long>)batches[^1]["small"]).Values.Span[^1]);
        Assert.Equal("-170141183460469231731687303715884105727", Texts(batches[^1]["h"])[^1]);
        Assert.Equal("0", Texts(batches[0]["h"])[0]);
        Assert.True(batches[0]["n"] is ColumnData<long> && batches[0]["n"].IsNullAt(0));
        // not the last row
        Assert.Equal(DType.Int64, (await AllAsync(dataset.SqlAsync(Select, 39_999, Token)))["h"].Schema.DType);
    }

    [Fact]
    public async Task Decimals_without_digits_after_the_point_are_integers()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch row = await AllAsync(dataset.SqlAsync("SELECT 123456789012345678::DECIMAL(18, 0) AS x, [-7]::DECIMAL(9, 0)[] AS l, "
            + "1.25::DECIMAL(9, 2) AS y", cancellationToken: Token));
        Assert.Equal(123456789012345678, row.Values<long>("x")[0]);
        Assert.Equal([-7], ((ColumnData<long>)row["l"]).Row(0).ToArray());
        Assert.Equal(1.25, row.Values<double>("y")[0]);
    }

    [Fact]
    public async Task An_empty_result_has_columns_and_a_limit_is_applied()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowBatch none = await AllAsync(dataset.SqlAsync("SELECT ra, object_id FROM d WHERE false", cancellationToken: Token));
        Assert.Equal((0, 2), (none.RowCount, none.Columns.Length));
        Assert.Equal(3, (await AllAsync(dataset.SqlAsync("FROM d", 3, Token))).RowCount);
        Assert.Equal(0, (await AllAsync(dataset.SqlAsync("VALUES (1), (2)", 0, Token))).RowCount);
    }

    [Fact]
    public async Task Several_datasets_can_be_joined_by_their_names()
    {
        await using Dataset one = await Dataset.OpenAsync(made.Path, cancellationToken: Token),
            other = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Dictionary<string, Dataset> views = new() { ["left_one"] = one, ["B"] = other };
        RowBatch joined = await AllAsync(Sql.QueryAsync(views, "SELECT count(*) AS n, any_value(b.ra) AS ra FROM left_one JOIN b USING "
            + "(object_id)", cancellationToken: Token));
        Assert.Equal(made.Rows, ((ColumnData<long>)joined["n"]).Values.Span[0]);
        foreach (string name in (string[])["a b", "1a", "", "größe", "a\"b"])
            Assert.Throws<ArgumentException>(() => Sql.QueryAsync(new Dictionary<string, Dataset> { [name] = one }, "SELECT 1",
                cancellationToken: Token));
        Assert.Throws<ArgumentException>(() => Sql.QueryAsync(new Dictionary<string, Dataset> { ["a"] = one, ["A"] = other }, "SELECT 1",
            cancellationToken: Token));
    }

    [Theory]
    [MemberData(nameof(SqlAttacks.All), MemberType = typeof(SqlAttacks))]
    public async Task Anything_but_one_select_over_the_views_is_rejected_and_changes_nothing(string sql)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        string before = Fingerprint();
        string attack = SqlAttacks.On(sql, AnyTile, made.Path);
        ArgumentException refused = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => AllAsync(dataset.SqlAsync(attack, cancellationToken: Token)));
        Assert.DoesNotContain("root:", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint());
    }

    [Theory]
    [InlineData("getenv('HOME') = ''")]
    [InlineData("current_setting('temp_directory') = ''")]
    [InlineData("write_log('x') IS NULL")]
    [InlineData("true) ; COPY (SELECT 1) TO 'x' --")]
    [InlineData("ra IN (FROM '/etc/passwd.csv')")]
    [InlineData("ra > (SELECT count(*) FROM read_text('/etc/passwd'))")]
    [InlineData("true UNION SELECT 1")]
    public async Task Unsafe_conditions_orders_and_aliases_are_rejected_as_well(string expression)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AllAsync(dataset.QueryAsync(dataset.Query().Where(expression), Token)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AllAsync(dataset.QueryAsync(dataset.Query().OrderBy(expression), Token)));

        using HandMadeDataset spoilt = new();
        spoilt.Reseal(aliases: [new AliasSchema { Name = "evil", Expression = expression }]);
        await using Dataset withAlias = await Dataset.OpenAsync(spoilt.Path, cancellationToken: Token);
        await Assert.ThrowsAsync<DatasetInvalidException>(() => AllAsync(withAlias.QueryAsync(withAlias.Query(), Token)));
        await Assert.ThrowsAsync<DatasetInvalidException>(() => AllAsync(withAlias.SqlAsync("SELECT ra FROM d", cancellationToken: Token)));
    }

    [Theory]
    [InlineData("(", "1", ")", 100_000)]
    [InlineData("NOT ", "true", "", 60_000)]
    [InlineData("(SELECT ", "1", ")", 5_000)]
    [InlineData("abs(", "1", ")", 5_000)]
    [InlineData("", "1", "+1", 5_000)]
    [InlineData("[", "1", "]", 5_000)]
    [InlineData("", "1", " UNION SELECT 1", 20_000)]
    public async Task Deeply_nested_sql_is_rejected_without_harm(string before, string core, string after, int times)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        string nested = string.Concat(Enumerable.Repeat(before, times)) + core + string.Concat(Enumerable.Repeat(after, times));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => AllAsync(dataset.SqlAsync($"SELECT {nested}", cancellationToken: Token)));
        ArgumentException refused = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => AllAsync(dataset.QueryAsync(dataset.Query().Where(nested), Token)));
        Assert.InRange(refused.Message.Length, 1, 2000);
    }

    [Theory]
    [InlineData("SELECT count(*) FROM range(1000000000000)")]
    [InlineData("SELECT * FROM range(1000000000000)")]
    [InlineData("SELECT * FROM range(1000000000000) ORDER BY 1 DESC")]
    [InlineData("WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t")]
    public async Task An_endless_statement_is_interrupted_and_leaves_nothing_behind(string sql)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, new DatasetOptions { QueryMemoryBytes = 100_000_000 }, Token);
        string[] spills = Spills();
        using CancellationTokenSource interrupt = CancellationTokenSource.CreateLinkedTokenSource(Token);
        interrupt.CancelAfter(TimeSpan.FromMilliseconds(700));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (RowBatch _ in dataset.SqlAsync(sql, cancellationToken: interrupt.Token))
            {
            }
        });
        Assert.Empty(Spills().Except(spills));

        // Filter by this process: other tests run in parallel.
        static string[] Spills() => Directory.GetDirectories(Path.GetTempPath(), $"pile-sql-*-{Environment.ProcessId}-*");
    }

    [Fact]
    public async Task A_statement_leaves_nothing_for_the_next_one()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        double[] drawn = new double[2];
        for (int i = 0; i < drawn.Length; i++)
        {
            await AllAsync(dataset.SqlAsync("SELECT setseed(0.25) AS seed", cancellationToken: Token));
            drawn[i] = (await AllAsync(dataset.SqlAsync("SELECT random() AS r", cancellationToken: Token))).Values<double>("r")[0];
        }
        Assert.NotEqual(drawn[0], drawn[1]);
    }

    [Fact]
    public async Task Statements_may_run_at_once_end_early_and_fail()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await Parallel.ForAsync(0, 40, Token, async (i, token) =>
        {
            IAsyncEnumerable<RowBatch> answer = dataset.SqlAsync(i % 4 == 0 ? "SELECT error('no') FROM d" : i % 4 == 1
                ? "SELECT i FROM range(100000) t(i)" : "SELECT count(*) AS n FROM d", cancellationToken: token);
            if (i % 4 == 0)
                await Assert.ThrowsAsync<ArgumentException>(() => AllAsync(answer));
            else if (i % 4 == 1)
                await foreach (RowBatch _ in answer)
                    break;
            else
                Assert.Equal(made.Rows, (await AllAsync(answer)).Values<long>("n")[0]);
        });
    }

    [Fact]
    public async Task An_error_suggests_a_similar_column()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => AllAsync(dataset.SqlAsync("SELECT redshiff FROM d", cancellationToken: Token)));
        Assert.Contains("\"redshift\"", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    private string Fingerprint() => string.Join('\n',
        Directory.EnumerateFiles(made.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => string.Create(CultureInfo.InvariantCulture,
            $"{f} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}")));

    private static async Task<RowBatch> AllAsync(IAsyncEnumerable<RowBatch> answer)
    {
        List<RowBatch> batches = [];
        await foreach (RowBatch batch in answer)
            batches.Add(batch);
        return new RowBatch(batches[0].Columns.Select((_, i) => ColumnData.Concat([.. batches.Select(b => b.Columns[i])])));
    }

    private static string[] Texts(ColumnData column) =>
        [.. Enumerable.Range(0, column.RowCount).Select(i => ((TextColumnData)column).Text(i))];
}
