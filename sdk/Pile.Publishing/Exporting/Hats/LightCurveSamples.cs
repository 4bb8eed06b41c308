using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A light curve as lists of samples, without the axis of bands and without padding.</summary>
/// <param name="band">The stored names of the bands.</param>
/// <param name="length">The stored number of samples of each band; null if bands are complete.</param>
/// <param name="time">The stored times, which define the samples.</param>
internal sealed class LightCurveSamples(ColumnSchema band, ColumnSchema? length, ColumnSchema time)
{
    private string[] LengthSource => length is null ? [] : [length.Name];

    /// <summary>Returns the band of each sample.</summary>
    internal HatsColumn Bands => HatsColumn.Texts(band, [band.Name, time.Name, .. LengthSource], (batch, row) =>
    {
        TextColumnData names = (TextColumnData)batch[band.Name];
        return batch[time.Name].IsNullAt(row) ? null
            : Enumerable.Range(0, names.ElementsOf(row)).SelectMany(i => Enumerable.Repeat(names.Text(row, i), CountOf(batch, row, i)));
    });

    /// <summary>Returns a quantity of each sample.</summary>
    internal HatsColumn Quantity(ColumnSchema column) => new(
        column with { Shape = [ColumnSchema.Ragged] }, [column.Name, time.Name, .. LengthSource],
        DuckDbType.List(DuckDbColumn.TypeOf(column.DType)), batch => batch[column.Name] switch
        {
            ColumnData<float> data => Lists(batch, data),
            ColumnData<double> data => Lists(batch, data),
            ColumnData<int> data => Lists(batch, data),
            ColumnData<long> data => Lists(batch, data),
            ColumnData<short> data => Lists(batch, data),
            ColumnData<ushort> data => Lists(batch, data),
            ColumnData<uint> data => Lists(batch, data),
            ColumnData<byte> data => Lists(batch, data),
            ColumnData<bool> data => Lists(batch, data),
            var other => throw new ArgumentException(
                $"Column '{column.Name}' has the type {other.Schema.DType.Name()}, which light curves do not support.", nameof(column)),
        }, name => name);

    private DuckDbColumn Lists<T>(RowBatch batch, ColumnData<T> data) where T : unmanaged
    {
        List<T> values = [];
        int[] offsets = new int[batch.RowCount + 1];
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int i = 0; !data.IsNullAt(row) && i < data.ShapeOf(row)[0]; i++)
                values.AddRange(data.Row(row).Slice(i * data.ShapeOf(row)[1], CountOf(batch, row, i)));
            offsets[row + 1] = values.Count;
        }
        return DuckDbColumn.Lists<T>(offsets, values.ToArray(), data.IsNull);
    }

    private int CountOf(RowBatch batch, int row, int band) => length is null ? batch[time.Name].ShapeOf(row)[1]
        : MemoryMarshal.Cast<byte, int>(batch[length.Name].RowBytes(row))[band];
}
