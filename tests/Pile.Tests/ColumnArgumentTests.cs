using Pile.Format;
using Pile.Sky;

namespace Pile.Tests;

/// <summary>Rows and elements that columns do not have are errors that name the column.</summary>
public sealed class ColumnArgumentTests
{
    private static ColumnSchema Schema(DType type, params int[] shape) => new() { Name = "x", DType = type, Shape = [.. shape] };

    public static TheoryData<string, int> Rows() => new(
        from kind in (string[])["fixed", "ragged", "text", "texts"] from row in (int[])[-1, 1, 9, int.MaxValue] select (kind, row));

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_that_a_column_does_not_have_is_an_error_with_the_column_and_the_number_of_rows(string kind, int row)
    {
        ColumnData column = kind switch
        {
            "fixed" => new ColumnData<int>(Schema(DType.Int32, 2), new int[2]),
            "ragged" => new ColumnData<int>(Schema(DType.Int32, ColumnSchema.Ragged), new int[2], [2]),
            "text" => TextColumnData.From(Schema(DType.String), ["a"]),
            _ => TextColumnData.FromLists(Schema(DType.String, ColumnSchema.Ragged), [["a", "b"]]),
        };
        Check("row", () => column.IsNullAt(row));
        Check("row", () => column.ShapeOf(row).ToArray());
        Check("rows", () => column.Take([0, row == -1 ? -2 : row]), ", and -1 is a row without a value");
        if (column is ColumnData<int> numbers)
        {
            Check("row", () => numbers.Row(row).ToArray());
            Check("row", () => numbers.RowBytes(row).ToArray());
        }
        else
        {
            Check("row", () => ((TextColumnData)column).ElementsOf(row));
            Check("row", () => ((TextColumnData)column).Text(row));
        }
        Assert.True(column.Take([-1]).IsNullAt(0));

        void Check(string name, Func<object> call, string others = "")
        {
            ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.StartsWith($"Column 'x' has 1 row, counted from 0{others}.", e.Message, StringComparison.Ordinal);
            Assert.Equal((name, name == "rows" && row == -1 ? -2 : row), (e.ParamName, e.ActualValue));
        }
    }

    [Fact]
    public void Columns_that_cannot_be_are_rejected()
    {
        Assert.StartsWith("Column 'x' has the type 77, but the values are int32.", Assert.Throws<ArgumentException>(
            () => new ColumnData<int>(Schema((DType)77), new int[1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Column 'x', row 1: text 1 is null; only a row can be null.", Assert.Throws<ArgumentException>(() =>
            TextColumnData.FromLists(Schema(DType.String, ColumnSchema.Ragged), [null, ["a", null!, "b"]])).Message,
            StringComparison.Ordinal);
        ColumnData one = new ColumnData<int>(Schema(DType.Int32), new int[1]);
        Assert.Equal("parts", Assert.Throws<ArgumentNullException>(() => ColumnData.Concat([null!])).ParamName);
        Assert.Equal("rows", Assert.Throws<ArgumentOutOfRangeException>(() => new RowBatch([one]).First(-1)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Healpix.Parent(-1));
        Assert.Equal((12L << 58) - 1, 4 * Healpix.Parent((12L << 58) - 1) + 3);
    }
}
