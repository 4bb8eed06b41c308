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
    public void Values_that_contradict_their_column_are_errors()
    {
        foreach (int[] starts in (int[][])[[0, 2, 1, 3], [-1, 3], []])
            Assert.Equal("starts", Assert.Throws<ArgumentException>(() => new TextColumnData(Text, new byte[3], starts)).ParamName);
        ArgumentException half = Assert.Throws<ArgumentException>(() => TextColumnData.From(Text, ["a", "b\ud83d"]));
        Assert.StartsWith("Column 't', text 1: the character at 1 is half of a surrogate pair", half.Message, StringComparison.Ordinal);
        Assert.Equal("🔭", TextColumnData.From(Text, ["\ud83d\udd2d"]).Text(0));
        foreach (Action make in (Action[])[() => _ = new ColumnData<double>(Ragged, new[] { 1.0 }),
            () => _ = new ColumnData<double>(Ragged, new[] { 1.0 }, 1)])
            Assert.StartsWith("The rows of column 'r' differ in shape: specify the shape of every row.",
                Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
        Assert.StartsWith("Column 'r', row 1: the length of axis 0 must not be negative; it is -1.", Assert.Throws<ArgumentException>(
            () => new ColumnData<double>(Ragged, new[] { 1.0 }, new[] { 1, -1 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_element_beyond_those_of_its_row_is_an_error_and_not_that_of_another_row()
    {
        TextColumnData one = TextColumnData.From(Text, ["a", "b"]),
            pairs = new(Text with { Shape = [2] }, "abcd"u8.ToArray(), new[] { 0, 1, 2, 3, 4 }),
            lists = TextColumnData.FromLists(Text with { Shape = [ColumnSchema.Ragged] }, [["a"], null, ["b", "c"]]);
        Assert.Equal(("b", "d", "c"), (one.Text(1), pairs.Text(1, 1), lists.Text(2, 1)));
        foreach ((TextColumnData data, int row, int element, string message) in ((TextColumnData, int, int, string)[])
            [(one, 0, 1, "The row has 1 text in column 't', counted from 0."), (one, 1, -1, "The row has 1 text"),
                (one, 2, 0, "Column 't' has 2 rows, counted from 0."), (one, -1, 0, "2 rows"), (pairs, 0, 2, "has 2 texts"),
                (pairs, 1, 2, "has 2 texts"), (pairs, -1, 2, "2 rows"), (lists, 0, 1, "has 1 text in"), (lists, 1, 0, "has 0 texts"),
                (lists, 2, 2, "has 2 texts"), (lists, 3, 0, "3 rows")])
        {
            Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => data.Text(row, element)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Element(row, element).Length);
        }
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
