using Apache.Arrow;
using Pile.Format;
using Pile.Streaming;

namespace Pile.Arrow;

public static partial class ArrowExtensions
{
    /// <summary>Copies the light columns of a batch into a record batch, which remains valid after the batch is disposed.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>A record batch with the same rows. Columns that are stored only in shards, such as images and spectra, are left out:
    /// <see cref="StreamBatch.Tensor{T}"/> returns them without a copy.</returns>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    /// <exception cref="ArgumentException">The batch has no light columns.</exception>
    public static RecordBatch ToRecordBatch(this StreamBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ColumnSchema[] light = [.. batch.Columns.Where(c => !c.IsHeavy)];
        return light.Length > 0 ? new RowBatch(light.Select(column => Copy(batch, column))).ToRecordBatch()
            : throw new ArgumentException("The batch has no light columns. Its columns are "
                + $"{string.Join(", ", batch.Columns.Select(c => c.Name))}.", nameof(batch));
    }

    private static ColumnData Copy(StreamBatch batch, ColumnSchema column) => column.DType switch
    {
        DType.Bool => Numbers<bool>(batch, column),
        DType.Int8 => Numbers<sbyte>(batch, column),
        DType.UInt8 => Numbers<byte>(batch, column),
        DType.Int16 => Numbers<short>(batch, column),
        DType.UInt16 => Numbers<ushort>(batch, column),
        DType.Int32 => Numbers<int>(batch, column),
        DType.UInt32 => Numbers<uint>(batch, column),
        DType.Int64 => Numbers<long>(batch, column),
        DType.UInt64 => Numbers<ulong>(batch, column),
        DType.Float32 => Numbers<float>(batch, column),
        DType.Float64 => Numbers<double>(batch, column),
        _ => Texts(batch, column),
    };

    private static ColumnData<T> Numbers<T>(StreamBatch batch, ColumnSchema column) where T : unmanaged
    {
        if (!column.IsRagged)
            return new ColumnData<T>(column, batch.Values<T>(column.Name).ToArray(), batch.RowCount, Nulls(batch, column));
        List<T> values = [];
        List<int> shapes = [];
        for (int row = 0; row < batch.RowCount; row++)
        {
            values.AddRange(batch.Row<T>(column.Name, row));
            shapes.AddRange(batch.ShapeOf(column.Name, row));
        }
        return new ColumnData<T>(column, values.ToArray(), [.. shapes], Nulls(batch, column));
    }

    private static TextColumnData Texts(StreamBatch batch, ColumnSchema column)
    {
        List<string> texts = [];
        int[] lengths = new int[batch.RowCount];
        for (int row = 0; row < lengths.Length; row++)
        {
            lengths[row] = 1;
            foreach (int length in batch.ShapeOf(column.Name, row))
                lengths[row] *= length;
            for (int element = 0; element < lengths[row]; element++)
                texts.Add(batch.Text(column.Name, row, element));
        }
        TextColumnData all = TextColumnData.From(column with { Shape = [] }, texts);
        return column.IsRagged ? new TextColumnData(column, all.Utf8, all.Starts, lengths, Nulls(batch, column))
            : new TextColumnData(column, all.Utf8, all.Starts, Nulls(batch, column));
    }

    private static bool[] Nulls(StreamBatch batch, ColumnSchema column)
    {
        bool[] nulls = [.. Enumerable.Range(0, batch.RowCount).Select(row => batch.IsNull(column.Name, row))];
        return nulls.Contains(true) ? nulls : [];
    }
}
