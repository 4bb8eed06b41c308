using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Reading;

public sealed partial class RowReader
{
    /// <summary>Reads all columns of all rows, in order, and which pixels of windows have no data though their numbers do not say it
    /// (<see cref="HiddenPixels"/>).</summary>
    internal async IAsyncEnumerable<RowBatch> ReadAllWithValidAsync(int batchRows = 64,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int first = 0;
        await foreach (RowBatch batch in ReadAllAsync(batchRows, cancellationToken).ConfigureAwait(false))
        {
            yield return await HiddenPixels.AddValidAsync(this, dataset.Manifest, first, batch, cancellationToken).ConfigureAwait(false);
            first += batch.RowCount;
        }
    }

    /// <summary>Reads which pixels of a chip have data; see <see cref="WindowColumn.ReadValidAsync"/>. Of stored pixels, the column of
    /// valid ones says it, if it is among the columns of the reader.</summary>
    /// <returns>Null if the numbers alone say it, or if the row has no value.</returns>
    internal async ValueTask<byte[]?> ReadValidAsync(int row, string column, CancellationToken cancellationToken)
    {
        if (heavy.FirstOrDefault(c => c.Stored.Name == column) is WindowColumn windows)
            return windows.IsNull(row) ? null : await windows.ReadValidAsync(row, cancellationToken).ConfigureAwait(false);
        Modality modality = Modality.Get(dataset.Manifest.Modality, dataset.Manifest.Partition);
        return HiddenPixels.ValidOf(modality, column) is { } name && name != column && byName.TryGetValue(name, out RowColumn? found)
            && found is RowColumn<bool> valid && !valid.IsNull(row)
            ? InAllBands(valid.Read(row)!.Value.Values.Span, Column(column).ShapeOf(row)) : null;
    }

    private static byte[]? InAllBands(ReadOnlySpan<bool> valid, ReadOnlySpan<int> shape)
    {
        if (shape is not [var times, var bandCount, var height, var width] || valid.Length != times * height * width)
            return null;
        byte[] all = new byte[valid.Length * bandCount];
        int plane = height * width;
        for (int i = 0; i < times * bandCount; i++)
            for (int pixel = 0; pixel < plane; pixel++)
                all[(i * plane) + pixel] = valid[((i / bandCount) * plane) + pixel] ? (byte)1 : (byte)0;
        return all;
    }
}
