using System.Reflection;
using Pile.Builders;
using Pile.Builders.Sources;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;
using Pile.Tables;

namespace Pile.Tests;

/// <summary>Mistakes in calls are errors that name the argument or option, before anything is read.</summary>
public sealed class WrongArgumentTests : IDisposable
{
    private readonly TemporaryTables tables = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => tables.Dispose();

    private Task<Dataset> StarsAsync(string name = "stars") => tables.BuildAsync(name, "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");

    [Fact]
    public async Task Null_arguments_are_named()
    {
        await using Dataset stars = await StarsAsync();
        DatasetSide side = new(stars);
        CrossMatchOptions options = new() { RadiusArcsec = 1 };
        await ThrowsNullAsync("pathOrUri", () => Dataset.OpenAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("Layers", () => Dataset.OpenAsync("stars", new() { Layers = null! }, Cancellation));
        await ThrowsNullAsync("pathOrUri", () => DatasetCollection.OpenAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("query", () => stars.CountAsync(null!, Cancellation));
        await ThrowsNullAsync("condition", () => Task.FromResult(stars.Query().Where(null!)));
        await ThrowsNullAsync("interval", () => Task.FromResult(stars.Query().During(null!)));
        await ThrowsNullAsync("Layers", () => Dataset.OpenAsync("stars", new() { Layers = [null!] }, Cancellation));
        await ThrowsNullAsync("names", () => Task.FromResult(stars.Query().Columns((string[])null!)));
        await ThrowsNullAsync("names", () => Task.FromResult(stars.Query().Columns("ra", null!)));
        await ThrowsNullAsync("ids", () => Task.FromResult(stars.Query().Ids((ObjectId[])null!)));
        await ThrowsNullAsync("columnOrExpression", () => Task.FromResult(stars.Query().OrderBy(null!)));
        await ThrowsNullAsync("moc", () => Task.FromResult(stars.Query().Moc(null!)));
        await ThrowsNullAsync("polygon", () => Task.FromResult(stars.Query().Polygon(null!)));
        await ThrowsNullAsync("b", () => stars.CrossMatchAsync(null!, 1, cancellationToken: Cancellation));
        await ThrowsNullAsync("a", () => CrossMatcher.MatchAsync(null!, side, options, Cancellation));
        await ThrowsNullAsync("options", () => CrossMatcher.MatchAsync(side, side, null!, Cancellation));
        await ThrowsNullAsync("a", () => CrossMatcher.MatchToFileAsync(null!, side, options, "p.csv", cancellationToken: Cancellation));
        await ThrowsNullAsync("options", () => CrossMatcher.MatchToFileAsync(side, side, null!, "p.csv", cancellationToken: Cancellation));
        await ThrowsNullAsync("sides", () => CrossMatcher.MatchManyAsync(null!, options, Cancellation));
        await ThrowsNullAsync("sides", () => CrossMatcher.MatchManyAsync([side, side, null!], options, Cancellation));
        await ThrowsNullAsync("options", () => CrossMatcher.MatchManyAsync([side, side], null!, Cancellation));
        await ThrowsNullAsync("table", () => Task.FromResult(TableSide.Create(null!)));
        await ThrowsNullAsync("ids", () => stars.OpenRowsByIdAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("positions", () => stars.OpenRowsByPositionAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("text", () => Task.FromResult(stars.ParseId(null!)));
        RowReader rows = await stars.OpenRowsAsync(stars.Query(), cancellationToken: Cancellation);
        await ThrowsNullAsync("name", () => Task.FromResult(rows.Column(null!)));
        await ThrowsNullAsync("name", () => Task.FromResult(rows.TextColumn(null!)));
        await ThrowsNullAsync("query", () => StreamSource.OpenAsync(null!, Cancellation));
        StreamSource source = await StreamSource.OpenAsync(stars.Query(), Cancellation);
        await ThrowsNullAsync("source", () => Task.FromResult(new Loader(null!)));
        await ThrowsNullAsync("transform", () => Task.FromResult(source.Transform(null!)));
        await ThrowsNullAsync("transform", () => Task.FromResult(source.Transform(null!, 1)));
        Assert.Equal("The transform 'transform' returned null; it must return a batch with as many rows as it receives.",
            Assert.Throws<InvalidOperationException>(() => source.Transform(_ => null!)).Message);
        Assert.StartsWith("The transform 'random transform' returned null", Assert.Throws<InvalidOperationException>(
            () => source.Transform((_, _, _, _) => null!, 1)).Message, StringComparison.Ordinal);
        await ThrowsNullAsync("start", () => rows.Column<long>("mag").ReadWindowAsync(0, null!, [1], new long[1], Cancellation).AsTask());
        await ThrowsNullAsync("count", () => rows.Column<long>("mag").ReadWindowAsync(0, [0], null!, new long[1], Cancellation).AsTask());
        await ThrowsNullAsync("rows", () => Task.FromResult(source.Select(null!)));
        await ThrowsNullAsync("right", () => Task.FromResult(source + null!));
        await ThrowsNullAsync("column", () => source.BalancedAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("path", () => StreamSource.OpenPinAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("address", () => LayerWriter.OpenAsync(null!, cancellationToken: Cancellation));
        await ThrowsNullAsync("builders", () => BuildRun.RunAsync(Recipe(), null!, "out", cancellationToken: Cancellation));
        await ThrowsNullAsync("text", () => Task.FromResult(RecipeReader.Read(null!, "r.yaml", ".")));
        await ThrowsNullAsync("other", () => Task.FromResult(SourceBuilders.All.With(null!)));
    }

    [Fact]
    public async Task Null_arguments_of_matches_are_named()
    {
        await using Dataset stars = await StarsAsync();
        using MatchTable match = await stars.CrossMatchAsync(stars, 1, cancellationToken: Cancellation);
        await ThrowsNullAsync("condition", () => Task.FromResult(match.Where(null!)));
        await ThrowsNullAsync("expression", () => Task.FromResult(match.OrderBy(null!)));
        await using ITableReader table = await TableReader.OpenAsync(await tables.WriteAsync("t.csv", "id,ra,dec\n1,2,3\n"),
            cancellationToken: Cancellation);
        await ThrowsNullAsync("sql", () => Task.FromResult(TableSide.Create(table).Where(null!)));
        await ThrowsNullAsync("ColumnsA", () => Task.FromResult(new CrossMatchOptions { ColumnsA = default }));
        await ThrowsNullAsync("ColumnsB", () => Task.FromResult(new CrossMatchOptions { ColumnsB = [null!] }));
        await ThrowsNullAsync("TimeColumnsA", () => Task.FromResult(new CrossMatchOptions { TimeColumnsA = default }));
        await ThrowsNullAsync("ColumnsOfFurther", () => Task.FromResult(new CrossMatchOptions { ColumnsOfFurther = [default] }));
    }

    [Fact]
    public async Task Null_columns_are_named()
    {
        ColumnSchema number = new() { Name = "x", DType = DType.Float64 }, text = number with { DType = DType.String };
        await ThrowsNullAsync("schema", () => Task.FromResult(new ColumnData<double>(null!, new double[1])));
        await ThrowsNullAsync("schema", () => Task.FromResult(new ColumnData<double>(null!, new double[1], 1)));
        await ThrowsNullAsync("schema", () => Task.FromResult(new ColumnData<double>(null!, new double[1], [1])));
        await ThrowsNullAsync("rowShapes", () => Task.FromResult(new ColumnData<double>(number, new double[1], (int[])null!)));
        await ThrowsNullAsync("schema", () => Task.FromResult(new TextColumnData(null!, default, new int[1])));
        await ThrowsNullAsync("rowLengths", () => Task.FromResult(new TextColumnData(text, default, new int[1], (int[])null!)));
        await ThrowsNullAsync("schema", () => Task.FromResult(TextColumnData.From(null!, ["a"])));
        await ThrowsNullAsync("texts", () => Task.FromResult(TextColumnData.From(text, null!)));
        await ThrowsNullAsync("schema", () => Task.FromResult(TextColumnData.FromLists(null!, [])));
        await ThrowsNullAsync("lists", () => Task.FromResult(TextColumnData.FromLists(text, null!)));
        await ThrowsNullAsync("columns", () => Task.FromResult(new RowBatch(null!)));
        await ThrowsNullAsync("columns", () => Task.FromResult(new RowBatch([null!])));
        await ThrowsNullAsync("Shape", () => Task.FromResult(number with { Shape = default }));
        await ThrowsNullAsync("Bands", () => Task.FromResult(number with { Bands = default }));
        await ThrowsNullAsync("Categories", () => Task.FromResult(number with { Categories = default }));
        await ThrowsNullAsync("Sentinels", () => Task.FromResult(number with { Sentinels = default }));
    }

    [Fact]
    public async Task Errors_without_a_model_are_named_by_their_option()
    {
        await using Dataset stars = await StarsAsync();
        DatasetSide side = new(stars);
        foreach ((CrossMatchOptions options, string expected) in ((CrossMatchOptions, string)[])
            [(new() { RadiusArcsec = 2, ErrorArcsecA = 1 }, "CrossMatchOptions.ErrorArcsecA is '1', "),
                (new() { RadiusArcsec = 2, ErrorColumnB = "mag" }, "CrossMatchOptions.ErrorColumnB is 'mag', ")])
            Assert.StartsWith(expected + "but CrossMatchOptions.Errors is ErrorModel.None, which uses no errors.",
                (await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(side, side, options, Cancellation))).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_of_a_summary_has_the_counts_without_the_certificate()
    {
        await using Dataset stars = await StarsAsync();
        using MatchTable match = await stars.CrossMatchAsync(stars, 1, cancellationToken: Cancellation);
        Assert.NotEmpty(match.Summary.CertificateJson);
        Assert.Equal("MatchSummary { Rows = 2, Pairs = 2, RowsA = 2, RowsB = 2, AWithoutMatch = 0, BWithoutMatch = 0, WithoutPosition = 0, "
            + "Groups = , WithoutTime = 0 }", match.Summary.ToString());
    }

    [Fact]
    public async Task A_source_that_cannot_be_pinned_is_not_blamed_on_the_path()
    {
        await using Dataset stars = await StarsAsync();
        StreamSource source = (await StreamSource.OpenAsync(stars.Query(), Cancellation)).Transform(batch => batch);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => source.PinAsync("run.pin.yaml", cancellationToken: Cancellation));
        Assert.StartsWith("A pin describes the rows of a query", e.Message, StringComparison.Ordinal);
        Assert.Null(e.ParamName);
    }

    [Fact]
    public async Task A_shuffle_of_too_many_lanes_is_rejected()
    {
        await using Dataset stars = await StarsAsync();
        StreamSource source = await StreamSource.OpenAsync(stars.Query(), Cancellation);
        BlockShuffle largest = new() { BlockRows = int.MaxValue, BlocksPerRound = int.MaxValue, LaneRows = int.MaxValue };
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Loader(source,
            new LoaderOptions { ShuffleSeed = 1, Shuffle = largest with { Lanes = int.MaxValue } }));
        Assert.StartsWith("BlockShuffle.Lanes must be at most 65536; it is 2147483647.", e.Message, StringComparison.Ordinal);
        Assert.Equal(long.MaxValue, (largest with { Lanes = int.MaxValue }).RoundRows);
        long rows = 0;
        await foreach (StreamBatch batch in new Loader(source,
            new LoaderOptions { ShuffleSeed = 1, Shuffle = largest with { Lanes = 65_536 } }).ReadAsync(cancellationToken: Cancellation))
            using (batch)
                rows += batch.RowCount;
        Assert.Equal(2, rows);
    }

    [Theory]
    [InlineData(0, null, 1, "DatasetOptions.Threads must be at least 1; it is 0.")]
    [InlineData(null, -5L, 1, "DatasetOptions.QueryMemoryBytes must be at least 1; it is -5.")]
    [InlineData(null, null, 0, "DatasetOptions.MaxOpenShards must be at least 1; it is 0.")]
    public async Task Resources_of_a_dataset_must_be_positive(int? threads, long? memoryBytes, int shards, string message)
    {
        DatasetOptions options = new() { Threads = threads, QueryMemoryBytes = memoryBytes, MaxOpenShards = shards };
        Assert.Equal(message,
            (await Assert.ThrowsAsync<ArgumentException>(() => Dataset.OpenAsync("stars", options, Cancellation))).Message);
    }

    [Fact]
    public async Task A_negative_limit_of_rows_is_named()
    {
        await using Dataset stars = await StarsAsync();
        Assert.Equal("limit", Assert.Throws<ArgumentOutOfRangeException>(
            () => stars.SqlAsync("SELECT * FROM d", limit: -1, cancellationToken: Cancellation)).ParamName);
    }

    [Fact]
    public async Task Rows_that_are_not_pairs_say_what_they_are()
    {
        await using Dataset stars = await StarsAsync();
        DatasetSide side = new(stars);
        CrossMatchOptions options = new() { RadiusArcsec = 1 };
        foreach ((MatchTable match, string expected) in ((MatchTable, string)[])
            [(await CrossMatcher.MatchManyAsync([side, side, side], options, Cancellation), "of several sides"),
                (await CrossMatcher.MatchManyAsync([side, side, side], options with { Find = MatchFind.Groups }, Cancellation), "groups"),
                (await CrossMatcher.MatchSelfAsync(side, options with { Find = MatchFind.Groups }, Cancellation), "groups"),
                (await CrossMatcher.MatchAsync(side, side, options with { Nest = true }, Cancellation), "Nested rows")])
            using (match)
                Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => match.GetEnumerator()).Message,
                    StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_without_columns_is_the_callers_mistake()
    {
        await using Dataset stars = await StarsAsync();
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (RowBatch batch in stars.QueryAsync(stars.Query().Columns(), Cancellation))
                Assert.Fail($"{batch.RowCount} rows");
        });
        Assert.StartsWith("The query selects no columns.", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, await stars.CountAsync(stars.Query().Columns(), Cancellation));
    }

    [Fact]
    public async Task A_column_of_another_type_is_named_by_the_types_of_the_format()
    {
        await using Dataset stars = await StarsAsync();
        await foreach (RowBatch batch in stars.QueryAsync(stars.Query(), Cancellation))
            Assert.StartsWith("Column 'mag' is int64; it was requested as float32.",
                Assert.Throws<ArgumentException>(() => batch.Values<float>("mag").Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_a_match_that_do_not_exist_are_errors()
    {
        await using Dataset stars = await StarsAsync(), others = await StarsAsync("others");
        Assert.StartsWith("CrossMatchOptions.Find must be one of All, Nearest, ", (await Assert.ThrowsAsync<ArgumentException>(() =>
            stars.CrossMatchAsync(others, 1, (MatchFind)99, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("not for '", Assert.Throws<ArgumentException>(() => new DatasetSide(stars, others.Query())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_match_cannot_be_read()
    {
        await using Dataset stars = await StarsAsync(), others = await StarsAsync("others");
        MatchTable pairs = await stars.CrossMatchAsync(others, 1, cancellationToken: Cancellation);
        pairs.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            foreach (MatchPair pair in pairs)
                Assert.Fail($"{pair}");
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pairs.OpenRowsAsync(stars.Query(), others.Query(), Cancellation));
    }

    [Fact]
    public async Task A_disposed_dataset_cannot_be_read()
    {
        Dataset stars = await StarsAsync();
        await using Dataset others = await StarsAsync("others");
        await ReadAsync(); // what was read before is kept
        await stars.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(ReadAsync);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => QueryAsync(stars.QueryAsync(stars.Query(), Cancellation)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => StreamSource.OpenAsync(stars.Query(), Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stars.CrossMatchAsync(others, 1, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => others.CrossMatchAsync(stars, 1, cancellationToken: Cancellation));

        Task ReadAsync() => QueryAsync(stars.SqlAsync("SELECT mag FROM d", cancellationToken: Cancellation));

        static async Task QueryAsync(IAsyncEnumerable<RowBatch> batches)
        {
            await foreach (RowBatch batch in batches.WithCancellation(Cancellation))
                Assert.Equal(2, batch.RowCount);
        }
    }

    [Fact]
    public async Task A_build_needs_a_limit_of_at_least_0_and_builders()
    {
        Assert.StartsWith("BuildSettings.Limit must be at least 0; it is -1.", (await Assert.ThrowsAsync<ArgumentException>(() =>
            BuildRun.RunAsync(Recipe(), SourceBuilders.All, "out", new() { Limit = -1 }, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("because the registry has no builders", (await Assert.ThrowsAsync<DocumentInvalidException>(() =>
            BuildRun.RunAsync(Recipe(), BuilderRegistry.Of(Assembly.GetExecutingAssembly()), "out", cancellationToken: Cancellation)))
            .Message, StringComparison.Ordinal);
    }

    private static Recipe Recipe() => RecipeReader.Read("""
        pile: 1
        name: stars
        provenance: { project: p, survey: s, instrument: i, release: r }
        licence: CC0-1.0
        citation: none
        source: { kind: table, files: nothing.csv }
        """, "stars.yaml", ".");

    private static async Task ThrowsNullAsync<T>(string name, Func<Task<T>> call) =>
        Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(call)).ParamName);
}
