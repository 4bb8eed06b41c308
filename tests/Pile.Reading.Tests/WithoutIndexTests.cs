using Pile.Format;

namespace Pile.Reading.Tests;

/// <summary>Queries return the same without the index: light columns are read from their datasets, heavy ones through HDF5's chunk
/// index.</summary>
public sealed class WithoutIndexTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queries_and_rows_are_the_same_without_the_index()
    {
        List<string> notices = [];
        await using Dataset with = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using Dataset without = await Dataset.OpenAsync(made.Path,
            new DatasetOptions { IgnoreIndex = true, OnMessage = notices.Add }, Token);
        Assert.True(without.IsWithoutIndex && !with.IsWithoutIndex);
        foreach (Func<Dataset, Query> ask in (Func<Dataset, Query>[])[d => d.Query(),
            d => d.Query().Native().OrderBy("dec", descending: true).Limit(7), d => d.Query().Where("ra < 180"),
            d => d.Query().Cone(10, 0, 80)])
        {
            Assert.Equal(await with.CountAsync(ask(with), Token), await without.CountAsync(ask(without), Token));
            Assert.Equal(await TextAsync(with, ask(with)), await TextAsync(without, ask(without)));
        }
        RowReader a = await with.OpenRowsAsync(with.Query().Native(), cancellationToken: Token),
            b = await without.OpenRowsAsync(without.Query().Native(), cancellationToken: Token);
        Assert.Equal(made.Rows, b.Count);
        for (int row = 0; row < a.Count; row++)
            Assert.Equal(Text(a.ReadRow(row)), Text(b.ReadRow(row)));
        Assert.Throws<InvalidOperationException>(() => b.Verify(0));
        RowReader last = await without.OpenRowsByPositionAsync([made.Rows - 1, 0], cancellationToken: Token);
        Assert.Equal([a.IdAt(made.Rows - 1), a.IdAt(0)], [last.IdAt(0), last.IdAt(1)]);
        Assert.Contains("is ignored", Assert.Single(notices));
    }

    private static async Task<string> TextAsync(Dataset dataset, Query query)
    {
        List<string> all = [];
        await foreach (RowBatch batch in dataset.QueryAsync(query, Token))
            all.Add(Text(batch));
        return string.Join('\n', all);
    }

    private static string Text(RowBatch batch) =>
        string.Join('\n', batch.Columns.Select(c => $"{c.Schema.Name} "
            + $"{string.Join(' ', Enumerable.Range(0, batch.RowCount).Select(row => c.IsNullAt(row) ? "null" : Cell(c, row)))}"));

    private static string Cell(ColumnData column, int row) => column switch
    {
        TextColumnData text => string.Join('|', Enumerable.Range(0, text.ElementsOf(row)).Select(i => text.Text(row, i))),
        _ => $"[{string.Join(' ', column.ShapeOf(row).ToArray())}] {Convert.ToHexString(column.RowBytes(row))}",
    };
}
