using Pile.Format;
using Pile.TestKit;

namespace Pile.Reading.Tests;

/// <summary>Shapes that no shard of the dataset can hold are reported before memory is allocated for them.</summary>
public sealed class ImpossibleShapeTests
{
    private const int Row = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("FLUX", "[400_000_000]", "more than the")] // deflate
    [InlineData("raw/curve", "[200_000_000]", "more than the")] // uncompressed
    [InlineData("raw/curve", "[100]", "more than the")]
    [InlineData("cube", "[100_000_000, 3, 3]", "more than the")]
    [InlineData("FLUX", "[2_000_000_000]", "is not valid")]
    [InlineData("FLUX", "[5_000_000_000]", "is not valid")]
    [InlineData("FLUX", "[-1]", "is not valid")]
    [InlineData("cube", "[2_000_000_000, 2_000_000_000, 2_000_000_000]", "is not valid")]
    public async Task An_impossible_shape_in_the_index_is_reported_with_shard_column_and_row(string column, string shape, string says)
    {
        using HandMadeDataset made = new();
        made.ReplaceInTiles($"CASE WHEN object_id = '{made.IdAt(Row)}' THEN {shape}::BIGINT[] ELSE \"{column}_shape\" END AS "
            + $"\"{column}_shape\"");
        await CheckAsync(made, column, firstRow: Row, says);
    }

    [Theory]
    [InlineData("image_array", 20_000, 5_000, "more than the")] // deflate
    [InlineData("image_ivar", 20_000, 5_000, "more than the")] // uncompressed
    public async Task An_impossible_shape_in_the_manifest_is_reported_with_shard_column_and_row(
        string column, int height, int width, string says)
    {
        using HandMadeDataset made = new();
        int number = Array.FindIndex(made.Heavy, c => c.Name == column);
        made.Heavy[number] = made.Heavy[number] with { Shape = [2, height, width] };
        made.Reseal();
        await CheckAsync(made, column, firstRow: 0, says);
    }

    [Theory] // 2³² and 2⁶⁴ elements: neither may overflow to a plausible number
    [InlineData("image_array", 65_536, 65_536)]
    [InlineData("image_array", 2_147_483_647, 2_147_483_647)]
    [InlineData("image_band", 65_536, 65_536)]
    [InlineData("image_band", 1, 2_147_483_647)]
    public async Task A_shape_whose_element_count_overflows_is_rejected(string column, int height, int width)
    {
        using HandMadeDataset made = new();
        string path = System.IO.Path.Combine(made.Path, DatasetPaths.Manifest), text = await File.ReadAllTextAsync(path, Token);
        int at = text.IndexOf($"- name: {column}\n", StringComparison.Ordinal),
            shape = text.IndexOf("shape: [", at, StringComparison.Ordinal), end = text.IndexOf(']', shape);
        await File.WriteAllTextAsync(path, ManifestSeal.Of($"{text[..shape]}shape: [4, {height}, {width}{text[end..]}"), Token);
        DocumentInvalidException e = await Assert.ThrowsAsync<DocumentInvalidException>(
            () => Dataset.OpenAsync(made.Path, cancellationToken: Token));
        Assert.Contains($"'{column}' of shape [4, {height}, {width}]", e.Message);
    }

    private static async Task CheckAsync(HandMadeDataset made, string column, int firstRow, string says)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Check(Row, Assert.Throws<ShardCorruptException>(() => rows.ReadRow(Row)));
        Check(Row, Assert.Throws<ShardCorruptException>(() => rows.Verify(Row)));
        Check(Row, Assert.Throws<ShardCorruptException>(() => rows.Column(column) switch
        {
            RowColumn<float> c => c.ElementsOf(Row),
            RowColumn<double> c => c.ElementsOf(Row),
            var c => ((RowColumn<short>)c).ElementsOf(Row),
        }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        int given = 0;
        Check(firstRow, await Assert.ThrowsAsync<ShardCorruptException>(async () =>
        {
            await foreach (RowBatch batch in rows.ReadAllAsync(batchRows: 8, Token))
                given += batch.RowCount;
        }));
        Assert.InRange(given, firstRow / 8 * 8, firstRow); // earlier rows are returned

        void Check(int row, ShardCorruptException e)
        {
            Assert.Equal((Path.Combine(made.Path, made.ShardOf(row)), column,
                (long)made.Lines[row].GetProperty("_pile_source_row").GetInt32()), (e.ShardPath, e.Column, e.Row));
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
        }
    }
}
