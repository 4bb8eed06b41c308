using System.Globalization;
using Pile.Format;

namespace Pile.Tables;

/// <summary>The ids of a table's rows as a dataset has them: int64, or text without the blanks behind it.</summary>
internal static class ObjectIdColumn
{
    private static readonly ModalityColumn Definition = Modality.Common.Find("object_id")!;

    /// <summary>The ids of a batch.</summary>
    /// <param name="batch">A batch with the id column, if there is one.</param>
    /// <param name="columns">Which column it is; without one the row's number is the id.</param>
    /// <param name="firstRow">The table's row of the batch's first, from 0.</param>
    /// <returns>A column called <c>object_id</c>: uint64 becomes decimal text, for beyond int64 no other form is exact in every tool;
    /// smaller integers become int64.</returns>
    /// <exception cref="ArgumentException">The column holds floats, booleans or vectors.</exception>
    public static ColumnData Of(RowBatch batch, PositionColumns columns, long firstRow)
    {
        if (columns.Id is null)
        {
            long[] numbers = new long[batch.RowCount];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = firstRow + i;
            return new ColumnData<long>(Definition.With(DType.Int64, []), numbers);
        }
        ColumnData id = batch[columns.Id.Name];
        if (!id.Schema.IsScalar)
            throw NoIds(id);
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
            _ => throw NoIds(id),
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

    private static bool IsPadded(TextColumnData text)
    {
        for (int row = 0; row < text.RowCount; row++)
            if (text.Element(row) is [.., (byte)' '])
                return true;
        return false;
    }

    private static ArgumentException NoIds(ColumnData id) =>
        new($"Ids are integers or text; column '{id.Schema.Name}' holds "
            + $"{(id.Schema.IsScalar ? "" : "vectors of ")}{id.Schema.DType.Name()}. Name another column with --id.");
}
