using Pile.Format;

namespace Pile.Tables.Tests;

/// <summary>Checks columns with valid, missing and duplicate ids.</summary>
public sealed class IdCheckTests
{
    private static readonly ModalityColumn Id = Modality.Common.Find("object_id")!;

    [Theory]
    [InlineData(-1, null, "1", "2", "3")]
    [InlineData(-1, null, "3", "1", "2")]
    [InlineData(2, "1", "1", "2", "1", "2")]
    [InlineData(1, null, "1", null, "1")]
    [InlineData(1, "4", "4", "4", null)]
    [InlineData(0, null, null, null)]
    [InlineData(3, "70", "70", "5", "6", "70", "5")]
    [InlineData(-1, null, "9223372036854775807", "-9223372036854775808", "0")]
    [InlineData(2, "9223372036854775807", "9223372036854775807", "-9223372036854775808", "9223372036854775807")]
    public void The_first_missing_or_repeated_id_is_found_in_numbers_and_text(long row, string? value, params string?[] ids)
    {
        IdFault? expected = row < 0 ? null : new IdFault(row, value);
        long[] numbers = [.. ids.Select(id => id is null ? 0 : long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];
        bool[] isNull = [.. ids.Select(id => id is null)];
        for (int batchRows = 1; batchRows <= ids.Length; batchRows++)
        {
            int[][] batches = [.. Enumerable.Range(0, ids.Length).Chunk(batchRows)];
            Assert.Equal(expected, IdCheck.Find([.. batches.Select(b =>
                (ColumnData)new ColumnData<long>(Id.With(DType.Int64, []), b.Select(i => numbers[i]).ToArray(),
                b.Select(i => isNull[i]).ToArray()))]));
            Assert.Equal(expected, IdCheck.Find([.. batches.Select(b =>
                TextColumnData.From(Id.With(DType.String, []), [.. b.Select(i => ids[i])]))]));
        }
    }

    [Fact]
    public void An_empty_text_is_a_missing_id() =>
        Assert.Equal(new IdFault(1, null), IdCheck.Find([TextColumnData.From(Id.With(DType.String, []), ["a", "", "a"])]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_ids_in_any_order_the_first_repeated_one_is_found(int seed)
    {
        Random random = new(seed);
        HashSet<long> distinct = [0];
        while (distinct.Count < 100_000)
            distinct.Add(random.NextInt64(long.MinValue, long.MaxValue));
        long[] ids = [.. distinct];
        random.Shuffle(ids);
        Assert.Null(IdCheck.Find(Numbers(ids)));
        Assert.Null(IdCheck.Find(Texts(ids)));
        foreach (int row in (int[])[1, 40_000, ids.Length - 1])
        {
            long[] repeated = [.. ids];
            repeated[row] = repeated[random.Next(row)];
            repeated[^1] = repeated[0]; // another one, later or the same
            IdFault expected = new(row, repeated[row].ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(expected, IdCheck.Find(Numbers(repeated)));
            Assert.Equal(expected, IdCheck.Find(Texts(repeated)));
        }

        static ColumnData[] Numbers(long[] ids) =>
            [.. ids.Chunk(7_000).Select(some => (ColumnData)new ColumnData<long>(Id.With(DType.Int64, []), some, default))];
        static ColumnData[] Texts(long[] ids) => [.. ids.Chunk(7_000).Select(some => (ColumnData)TextColumnData.From(
            Id.With(DType.String, []), [.. some.Select(id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))]))];
    }

    [Fact]
    public void Row_numbers_are_selected_by_a_word_even_if_a_column_has_that_name()
    {
        ColumnSchema[] columns = [Column("id", DType.Int64), Column("ra", DType.Float64), Column("dec", DType.Float64)];
        PositionColumns guessed = PositionColumns.Find([.. columns]), rows = PositionColumns.Find([.. columns], new() { IdColumn = "row" });
        Assert.Equal(("id", false), (guessed.Id?.Name, guessed.IsIdNamed));
        Assert.Equal((null, true), (rows.Id?.Name, rows.IsIdNamed));
        Assert.Null(PositionColumns.Find([.. columns, Column("row", DType.Int64)], new() { IdColumn = "row" }).Id);

        static ColumnSchema Column(string name, DType type) => new() { Name = name, DType = type, Unit = "", Description = "" };
    }
}
