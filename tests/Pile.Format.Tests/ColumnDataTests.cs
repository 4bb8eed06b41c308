namespace Pile.Format.Tests;

public class ColumnDataTests
{
    private static readonly ColumnSchema Pair = new() { Name = "p", DType = DType.Int32, Shape = [2] };
    private static readonly ColumnSchema Ragged = new() { Name = "r", DType = DType.Float64, Shape = [ColumnSchema.Ragged] };
    private static readonly ColumnSchema Text = new() { Name = "t", DType = DType.String };

    [Fact]
    public void Take_copies_rows_in_any_order_and_nulls_for_missing_rows()
    {
        ColumnData<int> pairs = (ColumnData<int>)new ColumnData<int>(Pair, new[] { 1, 2, 3, 4, 5, 6 },
            new[] { false, true, false }).Take([2, -1, 0, 1, 2]);
        Assert.Equal([5, 6, 0, 0, 1, 2, 3, 4, 5, 6], pairs.Values.ToArray());
        Assert.Equal([false, true, false, true, false], pairs.IsNull.ToArray());

        ColumnData<double> ragged = (ColumnData<double>)new ColumnData<double>(Ragged, new[] { 1.0, 2, 3 },
            new[] { 1, 0, 2 }).Take([2, -1, 0]);
        Assert.Equal([2.0, 3, 1], ragged.Values.ToArray());
        Assert.Equal([2, 0, 1], Enumerable.Range(0, 3).Select(i => ragged.ShapeOf(i)[0]));

        TextColumnData text = (TextColumnData)TextColumnData.From(Text, ["ä", null, "long text"]).Take([2, 1, -1, 0, 0]);
        Assert.Equal(["long text", "", "", "ä", "ä"], Enumerable.Range(0, 5).Select(i => text.Text(i)));
        Assert.Equal([false, true, true, false, false], text.IsNull.ToArray());
    }

    [Fact]
    public void Concat_concatenates_columns()
    {
        ColumnData<double> ragged = (ColumnData<double>)ColumnData.Concat([
            new ColumnData<double>(Ragged, new[] { 1.0 }, new[] { 1, 0 }),
            new ColumnData<double>(Ragged, new[] { 2.0, 3 }, new[] { 2 }, new[] { true })]);
        Assert.Equal([1.0, 2, 3], ragged.Values.ToArray());
        Assert.Equal([1, 0, 2], Enumerable.Range(0, 3).Select(i => ragged.ShapeOf(i)[0]));
        Assert.Equal([false, false, true], ragged.IsNull.ToArray());

        TextColumnData text = (TextColumnData)ColumnData.Concat([TextColumnData.From(Text, ["a", "bc"]), TextColumnData.From(Text, []),
            TextColumnData.From(Text, ["", "ü"])]);
        Assert.Equal(["a", "bc", "", "ü"], Enumerable.Range(0, 4).Select(i => text.Text(i)));
    }

    [Fact]
    public void Mismatched_lengths_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => new ColumnData<float>(Pair, new float[2]));
        Assert.Throws<ArgumentException>(() => new ColumnData<int>(Pair, new int[3]));
        Assert.Throws<ArgumentException>(() => new ColumnData<int>(Pair, new int[4], new bool[3]));
        Assert.Throws<ArgumentException>(() => new ColumnData<double>(Ragged, new double[3], new[] { 1, 1 }));
        Assert.Throws<ArgumentException>(() => new RowBatch([TextColumnData.From(Text, ["a"]), TextColumnData.From(Text, ["b"])]));
        Assert.Throws<ArgumentException>(
            () => ColumnData.Concat([new ColumnData<int>(Pair, new int[2]), TextColumnData.From(Text, ["a"])]));
    }
}
