using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;

namespace Pile.Tests;

/// <summary>A match of local datasets stores the positions of its rows in both indexes.</summary>
public class MatchedPositionsTests(ThreeSurveys surveys) : IClassFixture<ThreeSurveys>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MatchJoin.Inner, false)]
    [InlineData(MatchJoin.Inner, true)]
    [InlineData(MatchJoin.Full, false)]
    [InlineData(MatchJoin.Full, true)]
    public async Task Positions_belong_to_the_ids(MatchJoin join, bool isSorted)
    {
        using MatchTable all = await CrossMatcher.MatchAsync(new DatasetSide(surveys.Images), new DatasetSide(surveys.Spectra),
            new() { RadiusArcsec = 1, Join = join }, Token);
        MatchTable pairs = isSorted ? all.Where("a_object_id % 3 <> 1 OR a_object_id IS NULL").OrderBy("b_ra", descending: true) : all;
        Assert.True(await pairs.HasPositionsInAsync(surveys.Images, surveys.Spectra, Token));
        string[] idsA = await IdsAsync(surveys.Images), idsB = await IdsAsync(surveys.Spectra);
        long rows = 0;
        await foreach (PositionedRows batch in pairs.ReadWithPositionsAsync(Token))
            for (int row = 0; row < batch.Rows.RowCount; row++, rows++)
            {
                Assert.Equal(Id(batch.Rows["a_object_id"], row), IdOf(idsA, batch.PositionsA.Span[row]));
                Assert.Equal(Id(batch.Rows["b_object_id"], row), IdOf(idsB, batch.PositionsB.Span[row]));
            }
        Assert.Equal(pairs.RowCount, rows);
        Assert.True(rows > 100);
    }

    [Fact]
    public async Task Positions_are_not_used_in_datasets_that_were_not_matched()
    {
        using MatchTable pairs = await surveys.Images.CrossMatchAsync(surveys.Spectra, radiusArcsec: 1, cancellationToken: Token);
        Assert.False(await pairs.HasPositionsInAsync(surveys.Spectra, surveys.Images, Token));
        Assert.False(await pairs.HasPositionsInAsync(surveys.Images, surveys.Curves, Token));
        ArgumentException e = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => pairs.OpenRowsAsync(surveys.Curves.Query(), surveys.Spectra.Query(), Token));
        Assert.Contains("made with other datasets: its side A is 'images'", e.Message, StringComparison.Ordinal);
    }

    [Theory] // the ids of both are 0 to 49, of other objects
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exchanged_and_changed_datasets_are_refused_although_they_have_the_ids(bool isFiltered)
    {
        using TemporaryTables tables = new();
        await using Dataset a = await tables.BuildAsync("a", "id,ra,dec\n" + string.Concat(Enumerable.Range(0, 50)
            .Select(i => $"{i},{i},10\n"))), b = await tables.BuildAsync("b", "id,ra,dec\n" + string.Concat(Enumerable.Range(0, 50)
            .Select(i => $"{49 - i},{i},10.0001\n"))), copy = await tables.BuildAsync("copy", "id,ra,dec\n"
            + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},{i},{(i == 7 ? 11 : 10)}\n")));
        using MatchTable all = isFiltered ? await CrossMatcher.MatchAsync(new DatasetSide(a, a.Query().Where("object_id < 40")),
            new DatasetSide(b), new() { RadiusArcsec = 1 }, Token) : await a.CrossMatchAsync(b, radiusArcsec: 1, cancellationToken: Token);
        MatchTable pairs = isFiltered ? all : all.Where("a_object_id < 40");
        MatchedRows rows = await pairs.OpenRowsAsync(a.Query().Columns("ra"), b.Query().Columns("ra"), Token);
        Assert.Equal(40, rows.Count);
        await RefusesAsync(b, a, "its side A is 'a'");
        await RefusesAsync(a, copy, "its side B is 'b'");
        await RefusesAsync(copy, b, "its side A is 'a'");

        async Task RefusesAsync(Dataset ofA, Dataset ofB, string message)
        {
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => pairs.OpenRowsAsync(ofA.Query().Columns("ra"),
                ofB.Query().Columns("ra"), Token))).Message, StringComparison.Ordinal);
            Assert.Contains(message, (await Assert.ThrowsAsync<ArgumentException>(() => pairs.WriteDatasetAsync(ofA, ofB,
                tables.PathOf("written"), cancellationToken: Token))).Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(tables.PathOf("written")));
        }
    }

    [Fact]
    public async Task Rows_without_positions_are_found_by_their_ids()
    {
        // A dataset without positions.parquet is loaded into the query engine, which renumbers its rows.
        using TemporaryTables tables = new();
        string table = string.Concat(Enumerable.Range(0, 50).Select(i => $"{7 * (i + 3) % 50},{(i * 31) % 360},{i - 20},{i}\n"));
        await using Dataset a = await tables.BuildAsync("here", $"id,ra,dec,v\n{table}"),
            b = await tables.BuildAsync("there", $"id,ra,dec,w\n{table}");
        using MatchTable mapped = await a.CrossMatchAsync(b, radiusArcsec: 1, cancellationToken: Token);
        Assert.True(await mapped.HasPositionsInAsync(a, b, Token));
        File.Delete(Directory.GetFiles(b.Address, "positions.parquet", SearchOption.AllDirectories).Single());
        using MatchTable read = await a.CrossMatchAsync(b, radiusArcsec: 1, cancellationToken: Token);
        Assert.False(await read.HasPositionsInAsync(a, b, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await read.ReadWithPositionsAsync(Token).GetAsyncEnumerator(Token).MoveNextAsync());
        foreach (MatchTable pairs in (MatchTable[])[mapped, read])
        {
            MatchedRows rows = await pairs.OpenRowsAsync(a.Query(), b.Query(), Token);
            Assert.Equal(50, rows.Count);
            RowReader rowsA = await a.OpenRowsByPositionAsync(rows.Positions(0), cancellationToken: Token),
                rowsB = await b.OpenRowsByPositionAsync(rows.Positions(1), cancellationToken: Token);
            Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(rowsA.IdAt(i), rowsB.IdAt(i)));
        }
    }

    private static async Task<string[]> IdsAsync(Dataset dataset)
    {
        List<string> ids = [];
        await foreach (RowBatch batch in dataset.QueryAsync(dataset.Query().Columns("object_id"), Token))
            for (int row = 0; row < batch.RowCount; row++)
                ids.Add(Id(batch["object_id"], row)!);
        return [.. ids];
    }

    private static string? IdOf(string[] ids, long position) => position < 0 ? null : ids[position];

    private static string? Id(ColumnData column, int row) => column.IsNullAt(row) ? null
        : column is TextColumnData text ? text.Text(row) : $"{((ColumnData<long>)column).Values.Span[row]}";
}
