using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Matches with the partners of each row as lists, compared with pandas' groupby of the pairs.</summary>
public sealed class NestedMatchTests(TwoSkies skies) : IClassFixture<TwoSkies>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static CrossMatchOptions Options => new()
    {
        RadiusArcsec = TwoSkies.RadiusArcsec,
        ColumnsA = ["kind"],
        ColumnsB = ["mag", "x", "other", "name"],
        PositionAngle = true,
        TimeWindowDays = 60,
        Join = MatchJoin.Left,
        Workers = 2,
    };

    [Fact]
    public async Task Nested_rows_agree_with_groupby_of_pandas_in_every_format_with_lists()
    {
        int turn = 0;
        foreach ((MatchFind find, int neighbours, MatchJoin join) in new[] { (MatchFind.All, 1, MatchJoin.Left),
            (MatchFind.All, 1, MatchJoin.Inner), (MatchFind.Nearest, 3, MatchJoin.Left) })
        {
            CrossMatchOptions options = Options with { Find = find, Neighbours = neighbours, Join = join };
            MatchSummary flat = await WriteAsync(options, $"flat{turn}.jsonl");
            MatchSummary nested = await WriteAsync(options with { Nest = true }, $"nested{turn}.jsonl");
            Assert.Equal((flat.Pairs, flat.AWithoutMatch), (nested.Pairs, nested.AWithoutMatch));
            Assert.Equal(File.ReadLines(folder[$"nested{turn++}.jsonl"]).Count(), nested.Rows);
        }
        await WriteAsync(Options with { Nest = true, ColumnsB = ["mag", "other"] }, "nested.fits");
        Assert.Equal("same same same fits", Python.Run("""
            import json, sys, math
            import pandas as pd
            from astropy.io import fits
            def read(path): return [json.loads(l) for l in open(path)]
            of_a = ['a_object_id', 'a_ra', 'a_dec', 'a_kind']
            for turn in range(3):
                flat = pd.DataFrame(read(f'{sys.argv[1]}/flat{turn}.jsonl')).astype({'b_object_id': 'object'})
                nested = read(f'{sys.argv[1]}/nested{turn}.jsonl')
                rows = []
                for keys, group in flat.groupby(of_a, sort=False):
                    paired = group[group.b_object_id.notna()]
                    row = dict(zip(of_a, keys))
                    for c in flat.columns:
                        if c in of_a: continue
                        row[c] = [('' if c == 'b_name' else None) if v is None or v != v else v for v in paired[c]]
                    rows.append(row)
                assert len(rows) == len(nested) > 50, (len(rows), len(nested))
                assert any(len(r['b_object_id']) > 2 for r in nested)
                for e, n in zip(rows, nested):
                    assert list(e) == sorted(e, key=list(n).index) or set(e) == set(n)
                    assert all(e[k] == n[k] for k in e), (e, n)
                    assert n['separation_arcsec'] == sorted(n['separation_arcsec'])
                print('same', end=' ')
            left = read(f'{sys.argv[1]}/nested0.jsonl')
            with fits.open(f'{sys.argv[1]}/nested.fits') as f:
                t = f[1].data
                assert len(t) == len(left)
                for r, n in zip(t, left):
                    assert all(list(r[c]) == n[c] for c in ['b_object_id', 'separation_arcsec'])
                print('fits')
            """, folder.Path).Trim());
    }

    [Fact]
    public async Task Nested_rows_of_Parquet_Arrow_and_VOTable_have_the_same_lists()
    {
        CrossMatchOptions options = Options with { Nest = true };
        using MatchTable match = await CrossMatcher.MatchAsync(skies.MemoryA, new DatasetSide(skies.B), options, Token);
        Assert.Throws<InvalidOperationException>(() => match.GetEnumerator());
        Assert.Throws<InvalidOperationException>(() => match.Where("a_kind = 1"));
        Assert.False(await match.HasPositionsInAsync(skies.A, skies.B, Token));
        Assert.Equal(7, await CountAsync(match.First(7)));
        foreach (string name in (string[])["t.parquet", "t.vot", "t.ecsv"])
        {
            await TableWriter.WriteAsync(folder[name], match.Columns, match.ReadAsync(Token), cancellationToken: Token);
            await using ITableReader table = await TableReader.OpenAsync(folder[name], cancellationToken: Token);
            Assert.Equal(await ListsAsync(match.ReadAsync(Token)), await ListsAsync(table.ReadAsync(cancellationToken: Token)));
        }
        await using ITableReader parquet = await TableReader.OpenAsync(folder["t.parquet"], cancellationToken: Token);
        await foreach (RowBatch batch in parquet.ReadAsync(["b_name"], cancellationToken: Token)) // a list of text, not JSON
            Assert.DoesNotContain((byte)'"', ((TextColumnData)batch["b_name"]).Utf8.ToArray());
    }

    [Fact]
    public async Task In_a_self_match_each_row_lists_all_its_partners()
    {
        CrossMatchOptions options = new() { RadiusArcsec = TwoSkies.RadiusArcsec };
        HashSet<(long, long)> pairs = [];
        using (MatchTable flat = await CrossMatcher.MatchSelfAsync(skies.MemoryA, options, Token))
            foreach (MatchPair pair in flat)
                pairs.UnionWith([(pair.A!.Value.Number, pair.B!.Value.Number), (pair.B!.Value.Number, pair.A!.Value.Number)]);
        using MatchTable nested = await CrossMatcher.MatchSelfAsync(skies.MemoryA, options with { Nest = true }, Token);
        HashSet<(long, long)> found = [];
        await foreach (RowBatch batch in nested.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                foreach (long b in ((ColumnData<long>)batch["b_object_id"]).Row(row))
                    Assert.True(found.Add((((ColumnData<long>)batch["a_object_id"]).Values.Span[row], b)));
        Assert.Equal(pairs.Order(), found.Order());
    }

    [Theory]
    [InlineData("the join is right", MatchJoin.Right, MatchFind.All, "mag", "t.parquet")]
    [InlineData("CrossMatchOptions.Find is one-to-one in a self match", MatchJoin.Inner, MatchFind.OneToOne, "", "t.parquet")]
    [InlineData("CSV and TSV have no lists", MatchJoin.Inner, MatchFind.All, "mag", "t.csv.gz")]
    [InlineData("column 'b_count' has a missing value, and lists of int64", MatchJoin.Inner, MatchFind.All, "count", "t.parquet")]
    [InlineData("has arrays", MatchJoin.Inner, MatchFind.All, "array", "t.parquet")]
    public async Task Lists_that_cannot_be_written_are_an_error(string message, MatchJoin join, MatchFind find, string column, string file)
    {
        MemorySide b = new([1, 1], [0, 0], Column("mag", new double[] { 1, 2 }), new ColumnData<long>(new ColumnSchema
        {
            Name = "count",
            DType = DType.Int64,
            Nullable = true
        }, new long[] { 1, 2 }, new[] { true, false }), new ColumnData<double>(new ColumnSchema
        {
            Name = "array",
            DType = DType.Float64,
            Shape = [2]
        }, new double[] { 1, 2, 3, 4 }, 2));
        CrossMatchOptions options = new() { RadiusArcsec = 1, Nest = true, Join = join, Find = find };
        if (column.Length > 0)
            options = options with { ColumnsB = [column] };
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchToFileAsync(
            new MemorySide([1], [0]), column == "" ? null : b, options, folder[file], cancellationToken: Token));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ColumnData<T> Column<T>(string name, T[] values) where T : unmanaged =>
        new(new ColumnSchema { Name = name, DType = DTypes.Of<T>() }, values);

    private Task<MatchSummary> WriteAsync(CrossMatchOptions options, string file) =>
        CrossMatcher.MatchToFileAsync(new DatasetSide(skies.A), skies.MemoryB, options, folder[file], cancellationToken: Token);

    private static async Task<int> CountAsync(MatchTable table)
    {
        int rows = 0;
        await foreach (RowBatch batch in table.ReadAsync(Token))
            rows += batch.RowCount;
        return rows;
    }

    private static async Task<List<string>> ListsAsync(IAsyncEnumerable<RowBatch> batches)
    {
        List<string> rows = [];
        await foreach (RowBatch batch in batches)
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add($"{((ColumnData<long>)batch["a_object_id"]).Values.Span[row]}: "
                    + $"{string.Join(',', ((ColumnData<long>)batch["b_object_id"]).Row(row).ToArray())} "
                    + string.Join(',', ((ColumnData<double>)batch["b_mag"]).Row(row).ToArray()));
        return rows;
    }
}
