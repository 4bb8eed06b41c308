using System.Collections.Immutable;
using Pile.Format;
using Pile.Rasters;

namespace Pile.Reading;

/// <summary>Pixels of windows that have no data though their numbers do not say it, as a column of a batch: hidden by an internal mask, or
/// outside a raster without nodata.</summary>
internal static class HiddenPixels
{
    /// <summary>Returns the name of the column that says which pixels are valid; null if the modality defines none.</summary>
    internal static string? ValidOf(Modality modality, string column) =>
        $"{modality.GroupOf(column)}_valid" is var name && modality.Find(name) is not null ? name : null;

    /// <summary>Adds a column of valid pixels for each window column with hidden ones. It is null in the rows without.</summary>
    /// <param name="rows">The reader of the batch.</param>
    /// <param name="manifest">The dataset.</param>
    /// <param name="first">The row of the reader that is the first of the batch.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="cancellationToken">Cancels the reading of masks.</param>
    /// <exception cref="DatasetInvalidException">The modality has no place for them.</exception>
    internal static async ValueTask<RowBatch> AddValidAsync(RowReader rows, Manifest manifest, int first, RowBatch batch,
        CancellationToken cancellationToken)
    {
        Modality modality = Modality.Get(manifest.Modality, manifest.Partition);
        List<ColumnData> added = [];
        foreach (ColumnData pixels in batch.Columns)
        {
            if (manifest.Column(pixels.Schema.Name)?.Storage != ColumnStorage.Window)
                continue;
            byte[]?[] valid = new byte[]?[batch.RowCount];
            for (int row = 0; row < valid.Length; row++)
                if (!pixels.IsNullAt(row)
                    && await rows.ReadValidAsync(first + row, pixels.Schema.Name, cancellationToken).ConfigureAwait(false) is { } found
                    && IsHidden(batch, modality, pixels, row, found))
                    valid[row] = InEveryBand(found, pixels.ShapeOf(row));
            if (Array.TrueForAll(valid, v => v is null))
                continue;
            string name = ValidOf(modality, pixels.Schema.Name) is { } free && batch.Find(free) is null ? free
                : throw new DatasetInvalidException(manifest.Name, $"masks hide pixels of the column '{pixels.Schema.Name}', but there is "
                    + "no column that can say so", "Leave the column out, or read its pixels from the dataset itself");
            added.Add(ColumnOf(modality, name, pixels, valid));
        }
        return added.Count == 0 ? batch : new RowBatch([.. batch.Columns, .. added]) { SourceRows = batch.SourceRows };
    }

    /// <summary>Returns which pixels of a row have data by their numbers alone: 0 for nodata and NaN, otherwise 1.</summary>
    /// <param name="batch">Has the pixels, and the nodata of their bands if the dataset has it.</param>
    /// <param name="modality">The modality of the dataset.</param>
    /// <param name="column">The pixels.</param>
    /// <param name="row">The row of the batch.</param>
    internal static byte[] ValidByNumbers(RowBatch batch, Modality modality, string column, int row)
    {
        ColumnData pixels = batch[column];
        ReadOnlySpan<int> shape = pixels.ShapeOf(row);
        ReadOnlySpan<double> nodata = batch.Find($"{modality.GroupOf(column)}_nodata") is ColumnData<double> numbers
            && !numbers.IsNullAt(row) ? numbers.Row(row) : [];
        ReadOnlySpan<byte> bytes = pixels.RowBytes(row);
        int bandCount = shape[^3], plane = shape[^2] * shape[^1], elementBytes = pixels.Schema.DType.ElementBytes();
        byte[] valid = new byte[bytes.Length / elementBytes];
        Array.Fill(valid, (byte)1);
        for (int i = 0; i < valid.Length / Math.Max(plane, 1); i++)
        {
            double number = i % bandCount < nodata.Length ? nodata[i % bandCount] : double.NaN;
            Nodata.Clear(new RasterBand { DType = pixels.Schema.DType, Nodata = double.IsNaN(number) ? null : number },
                bytes.Slice(i * plane * elementBytes, plane * elementBytes), valid.AsSpan(i * plane, plane));
        }
        return valid;
    }

    // Whether the numbers alone do not say which pixels have no data.
    private static bool IsHidden(RowBatch batch, Modality modality, ColumnData pixels, int row, byte[] valid)
    {
        byte[] byNumbers = ValidByNumbers(batch, modality, pixels.Schema.Name, row);
        for (int i = 0; i < valid.Length; i++)
            if (valid[i] == 0 && byNumbers[i] != 0)
                return true;
        return false;
    }

    private static byte[] InEveryBand(byte[] valid, ReadOnlySpan<int> shape)
    {
        int bandCount = shape[^3], plane = shape[^2] * shape[^1], times = valid.Length / (bandCount * plane);
        byte[] every = new byte[times * plane];
        for (int time = 0; time < times; time++)
            for (int pixel = 0; pixel < plane; pixel++)
            {
                byte all = 1;
                for (int band = 0; band < bandCount; band++)
                    all &= valid[(((time * bandCount) + band) * plane) + pixel];
                every[(time * plane) + pixel] = all;
            }
        return every;
    }

    private static ColumnData<bool> ColumnOf(Modality modality, string name, ColumnData pixels, byte[]?[] valid)
    {
        ImmutableArray<int> shape = [ColumnSchema.Ragged, ColumnSchema.Ragged, ColumnSchema.Ragged];
        int[] shapes = new int[valid.Length * shape.Length];
        List<bool> values = [];
        for (int row = 0; row < valid.Length; row++)
            if (valid[row] is { } ofRow)
            {
                ReadOnlySpan<int> own = pixels.ShapeOf(row);
                ((ReadOnlySpan<int>)[own[0], own[^2], own[^1]]).CopyTo(shapes.AsSpan(row * shape.Length));
                values.AddRange(ofRow.Select(v => v != 0));
            }
        return new ColumnData<bool>(modality.Column(name, DType.Bool, shape), values.ToArray(), shapes,
            Array.ConvertAll(valid, v => v is null));
    }
}
