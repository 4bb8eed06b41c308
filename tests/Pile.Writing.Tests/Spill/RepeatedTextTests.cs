using Pile.Format;
using Pile.TestKit;

namespace Pile.Writing.Tests.Spill;

/// <summary>Vectors of text that repeat those of the row before, which a unit keeps once.</summary>
public class RepeatedTextTests
{
    // Runs, pairs whose concatenation is equal, empty texts, and rows without a value.
    private static readonly string[]?[] Kinds = [["a", "b"], ["a", "b"], ["ab", ""], ["", "ab"], ["", ""], null, null, ["β", "b"]];

    private readonly Random random = new(4);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(1000, 300)]
    public async Task Each_row_has_its_own_texts(int rowCount, int batchRows)
    {
        using TemporaryFolder folder = new();
        int[] kinds = new int[3 * rowCount];
        for (int row = 1; row < kinds.Length; row++)
            kinds[row] = random.Next(3) > 0 ? kinds[row - 1] : random.Next(Kinds.Length);
        int[] lengths = [.. kinds.Select(_ => random.Next(3))];
        (string, RowBatch[])[] units = [.. Enumerable.Range(0, 3).Select(unit => ($"u{unit}", Enumerable
            .Range(unit * rowCount, rowCount).Chunk(batchRows).Select(ids => Batch(ids, kinds, lengths)).ToArray()))];
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0, Aliases = [], HasShards = false }, null, units);

        List<string?[]> rows = SqlRows.Of("SELECT object_id, array_to_string(words, '|'), array_to_string(list, '|'), len(list) "
            + $"FROM read_parquet('{folder["d/main/index/**/*.parquet"]}') ORDER BY object_id");
        Assert.Equal(kinds.Select((kind, i) => (string?[])[$"{i}", Kinds[kind] is { } texts ? string.Join('|', texts) : null,
            string.Join('|', List(kind, lengths[i])), $"{lengths[i]}"]), rows.Select(r => (string?[])[.. r[..2], r[2] ?? "", r[3]]));
    }

    private static RowBatch Batch(int[] ids, int[] kinds, int[] lengths)
    {
        TextColumnData words = TextColumnData.From(new ColumnSchema { Name = "words", DType = DType.String, Shape = [2] },
            [.. ids.SelectMany(i => Kinds[kinds[i]] ?? ["", ""])]);
        return new RowBatch(
        [
            .. Zoo.PositionColumns(ids),
            new TextColumnData(words.Schema, words.Utf8, words.Starts, ids.Select(i => Kinds[kinds[i]] is null).ToArray()),
            TextColumnData.FromLists(new ColumnSchema { Name = "list", DType = DType.String, Shape = [ColumnSchema.Ragged] },
                [.. ids.Select(i => List(kinds[i], lengths[i]))]),
        ]);
    }

    private static string[] List(int kind, int length) => [.. Enumerable.Repeat($"k{kind / 2}", length)];
}
