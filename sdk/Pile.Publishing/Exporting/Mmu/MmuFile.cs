using System.Collections.Immutable;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Publishing;

/// <summary>Writes one exported file: one contiguous dataset for each column, filled batch by batch.</summary>
internal static class MmuFile
{
    // Of light columns; the reader limits the bytes of heavy ones.
    private const int BatchRows = 1024;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The dataset, for messages.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="columns">The columns of the file.</param>
    /// <param name="rows">Open rows, among them those of the file.</param>
    /// <param name="inFile">The rows of the file.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal static async Task WriteAsync(string path, string dataset, Manifest manifest, ImmutableArray<MmuColumn> columns,
        RowReader rows, int[] inFile, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (Hdf5Writer file = Hdf5Writer.Create(path))
        {
            Target[] targets = [.. columns.Select(column => Target.Create(file, manifest, column, rows, inFile))];
            int written = 0;
            await foreach (RowBatch batch in rows.ReadAsync(inFile, BatchRows, cancellationToken).ConfigureAwait(false))
            {
                MmuBatch next = new(dataset, batch);
                foreach (Target target in targets)
                    target.Write(next, written);
                written += batch.RowCount;
            }
            file.Close();
        }
        DiskFlush.File(path);
    }

    /// <summary>A column in the file.</summary>
    private sealed class Target(MmuColumn column, Hdf5DatasetWriter dataset, int[] shape)
    {
        private const int BufferBytes = 1 << 20;

        private readonly int rowBytes = shape.Aggregate(dataset.ElementBytes, (product, length) => checked(product * length));
        private byte[] buffer = [];

        internal static Target Create(Hdf5Writer file, Manifest manifest, MmuColumn column, RowReader rows, int[] inFile)
        {
            int[] shape = column.ShapeOf(rows, inFile);
            Hdf5DatasetWriter dataset = file.CreateContiguous(ColumnNames.ToHdf5(column.Name), column.DType,
                [inFile.Length, .. shape.Select(length => (long)length)], column.TextBytesOf(rows, inFile));
            if (column.Meaning is { } meaning)
                MmuAttributes.Write(dataset.Attributes, ColumnMeaning.In(manifest, meaning));
            return new Target(column, dataset, shape);
        }

        internal void Write(MmuBatch batch, int firstRow)
        {
            if (rowBytes == 0)
                return;
            MmuRowWriter write = column.Bind(batch, shape, dataset.ElementBytes);
            int step = Math.Clamp(BufferBytes / rowBytes, 1, batch.Rows.RowCount);
            if (buffer.Length < step * rowBytes)
                buffer = new byte[step * rowBytes];
            for (int row = 0; row < batch.Rows.RowCount; row += step)
            {
                int count = Math.Min(step, batch.Rows.RowCount - row);
                Span<byte> bytes = buffer.AsSpan(0, count * rowBytes);
                bytes.Clear();
                for (int i = 0; i < count; i++)
                    write(row + i, bytes.Slice(i * rowBytes, rowBytes));
                dataset.WriteRowBytes(firstRow + row, bytes);
            }
        }
    }
}
