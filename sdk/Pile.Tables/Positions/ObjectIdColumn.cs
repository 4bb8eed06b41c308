using System.Globalization;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Converts the ids of a table's rows to the form used in datasets: int64, or text without trailing blanks.</summary>
internal static class ObjectIdColumn
{
    private static readonly ModalityColumn Definition = Modality.Common.Find("object_id")!;

    /// <summary>Returns the ids of a batch.</summary>
    /// <param name="batch">A batch with the id column, if the table has one.</param>
    /// <param name="id">The id column; without one, the row's number is the id.</param>
    /// <param name="firstRow">The table's row of the batch's first row, from 0.</param>
    /// <returns>A column named <c>object_id</c>. uint64 is converted to decimal text, because beyond int64 no other form is exact in every
    /// tool; smaller integers are converted to int64.</returns>
    /// <exception cref="ArgumentException">The column contains floats, booleans or vectors.</exception>
    public static ColumnData Of(RowBatch batch, ColumnSchema? id, long firstRow) =>
        id is null ? OfRows(firstRow, batch.RowCount) : Of(batch[id.Name]);

    /// <summary>Returns the numbers of rows as their ids.</summary>
    public static ColumnData<long> OfRows(long firstRow, int rowCount)
    {
        long[] numbers = new long[rowCount];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = firstRow + i;
        return new ColumnData<long>(Definition.With(DType.Int64, []), numbers);
    }

    /// <summary>Returns true if a column has a type of ids: integers or text, one in each row.</summary>
    public static bool CanBe(ColumnSchema column) => column.IsScalar && (column.DType == DType.String || column.DType.IsInteger());

    /// <summary>Describes the type of a column that has no ids, as in <c>vectors of float64</c>.</summary>
    public static string TypeOf(ColumnSchema column) => $"{(column.IsScalar ? "" : "vectors of ")}{column.DType.Name()}";

    /// <summary>Returns ids in the form used in datasets.</summary>
    /// <param name="id">The ids as read.</param>
    /// <exception cref="ArgumentException">The column contains floats, booleans or vectors.</exception>
    public static ColumnData Of(ColumnData id)
    {
        if (!id.Schema.IsScalar)
            throw NotIds(id);
        return id switch
        {
            ColumnData<long> c => c.WithSchema(Definition.With(DType.Int64, [])),
            ColumnData<int> c => Widened(c, v => v),
            ColumnData<short> c => Widened(c, v => v),
            ColumnData<sbyte> c => Widened(c, v => v),
            ColumnData<byte> c => Widened(c, v => v),
            ColumnData<ushort> c => Widened(c, v => v),
            ColumnData<uint> c => Widened(c, v => v),
            ColumnData<ulong> c => Texts(c, row => c.Values.Span[row].ToString(CultureInfo.InvariantCulture)),
            TextColumnData c => IsPadded(c) ? Texts(c, row => c.Text(row).TrimEnd(' ')) : c.WithSchema(Definition.With(DType.String, [])),
            _ => throw NotIds(id),
        };
    }

    private static ColumnData<long> Widened<T>(ColumnData<T> numbers, Func<T, long> widen) where T : unmanaged
    {
        ReadOnlySpan<T> values = numbers.Values.Span;
        long[] wide = new long[values.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = widen(values[i]);
        return new ColumnData<long>(Definition.With(DType.Int64, []), wide, numbers.IsNull);
    }

    private static TextColumnData Texts(ColumnData id, Func<int, string> text) =>
        TextColumnData.From(Definition.With(DType.String, []),
            [.. Enumerable.Range(0, id.RowCount).Select(row => id.IsNullAt(row) ? null : text(row))]);

    /// <summary>Returns true if a text ends with a blank.</summary>
    internal static bool IsPadded(TextColumnData text)
    {
        for (int row = 0; row < text.RowCount; row++)
            if (text.Element(row) is [.., (byte)' '])
                return true;
        return false;
    }

    private static ArgumentException NotIds(ColumnData id) =>
        new($"Ids must be integers or text; column '{id.Schema.Name}' contains "
            + $"{TypeOf(id.Schema)}. Set PositionOptions.IdColumn to another column, or to row for row numbers.");
}
