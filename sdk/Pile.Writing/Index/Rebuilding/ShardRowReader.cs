using System.Buffers;
using Pile.Format;
using Pile.Hdf5;
using Pile.Sky;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index.Rebuilding;

/// <summary>Reads shards back as the rows that the index is made of.</summary>
/// <param name="schema">The dataset's columns.</param>
internal sealed class ShardRowReader(DatasetSchema schema)
{
    private readonly int ra = schema.Light.ToList().FindIndex(c => c.Name == StandardColumns.Ra), dec = schema.Light.ToList().FindIndex(c => c.Name == StandardColumns.Dec);

    /// <summary>Reads the order-29 pixels of a shard's rows.</summary>
    internal static long[] Healpix29(string path, CancellationToken cancellationToken) => Guard(path, () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Hdf5File file = Hdf5File.Open(path);
        using Hdf5Dataset raDataset = file.OpenDataset(StandardColumns.Ra), decDataset = file.OpenDataset(StandardColumns.Dec);
        double[] raDeg = new double[raDataset.RowCount], decDeg = new double[raDataset.RowCount];
        raDataset.ReadRows<double>(0, raDeg.Length, raDeg);
        decDataset.ReadRows<double>(0, decDeg.Length, decDeg);
        return PixelsOf(path, raDeg, decDeg);
    });

    /// <summary>Reads all that the index has of a shard's rows.</summary>
    /// <param name="path">The shard.</param>
    /// <param name="source">Its number.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal void Read(string path, int source, ShardRows rows, CancellationToken cancellationToken) => Guard(path, () =>
    {
        using Hdf5File file = Hdf5File.Open(path);
        rows.Begin(0, 1);
        int count;
        using (Hdf5Dataset first = file.OpenDataset(StandardColumns.Ra))
            count = checked((int)first.RowCount);
        for (int i = 0; i < schema.Light.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadLight(file, path, schema.Light[i], rows.Light[i], count);
        }
        ReadOnlySpan<double> raDeg = ((FixedBuffer<double>)rows.Light[ra]).Values, decDeg = ((FixedBuffer<double>)rows.Light[dec]).Values;
        PixelsOf(path, raDeg, decDeg).CopyTo(rows.Healpix29.Add(count));
        for (int i = 0; i < schema.Heavy.Length; i++)
            NullsOf(file, path, schema.Heavy[i], count).CopyTo(rows.HeavyIsNull[i].Add(count));
        rows.Pieces = PieceColumns.Read(file, path, schema.Heavy, rows, source, cancellationToken);
        return count;
    });

    private static void ReadLight(Hdf5File file, string path, ColumnSchema column, ColumnBuffer buffer, int count)
    {
        using Hdf5Dataset dataset = file.OpenDataset(ColumnNames.ToHdf5(column.Name));
        int elementBytes = column.DType == DType.String ? column.StringBytes : column.DType.ElementBytes();
        int rowBytes = column.IsRagged ? checked((int)dataset.RowBytes) : checked(column.ElementsPerRow * elementBytes);
        long[] lengths = column.IsRagged ? LengthsOf(file, path, column, count, rowBytes / Math.Max(elementBytes, 1)) : [];
        if (dataset.DType != column.DType || dataset.RowCount != count || dataset.RowBytes != rowBytes)
            throw new ShardCorruptException(path, column.Name, -1, $"expected {count} rows of {rowBytes} bytes ({column.DType.Name()}), as the manifest has, found {dataset.RowCount} of {dataset.RowBytes} ({dataset.DType.Name()})");
        byte[] stored = ArrayPool<byte>.Shared.Rent(Math.Max(1, checked(count * rowBytes)));
        try
        {
            dataset.ReadRowBytes(0, count, stored.AsSpan(0, count * rowBytes));
            buffer.AppendStored(stored.AsSpan(0, count * rowBytes), count, column.Nullable ? NullsOf(file, path, column, count) : default, lengths);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>How long each row's list is, as its companion says.</summary>
    private static long[] LengthsOf(Hdf5File file, string path, ColumnSchema column, int count, int longest)
    {
        long[] lengths = new long[count];
        using Hdf5Dataset dataset = file.OpenDataset(ColumnNames.ToHdf5(ColumnNames.Shape(column.Name)));
        if (dataset.RowCount != count || dataset.ElementsPerRow != 1)
            throw new ShardCorruptException(path, ColumnNames.Shape(column.Name), -1, $"expected one length for each of {count} rows, found [{string.Join(", ", dataset.Shape)}]");
        dataset.ReadRows<long>(0, count, lengths);
        int wrong = Array.FindIndex(lengths, length => length < 0 || length > longest);
        return wrong < 0 ? lengths : throw new ShardCorruptException(path, ColumnNames.Shape(column.Name), wrong, $"expected a length from 0 to {longest}, found {lengths[wrong]}");
    }

    private static bool[] NullsOf(Hdf5File file, string path, ColumnSchema column, int count)
    {
        bool[] nulls = new bool[count];
        if (!column.Nullable)
            return nulls;
        using Hdf5Dataset dataset = file.OpenDataset(ColumnNames.ToHdf5(ColumnNames.IsNull(column.Name)));
        if (dataset.RowCount != count)
            throw new ShardCorruptException(path, ColumnNames.IsNull(column.Name), -1, $"expected {count} rows, found {dataset.RowCount}");
        dataset.ReadRows<bool>(0, count, nulls);
        return nulls;
    }

    private static long[] PixelsOf(string path, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg)
    {
        long[] pixels = new long[raDeg.Length];
        try
        {
            Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, pixels);
        }
        catch (ArgumentException e)
        {
            throw new ShardCorruptException(path, StandardColumns.Ra, -1, $"a position is not on the sky: {e.Message}", e);
        }
        return pixels;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is Hdf5Exception or IOException or UnauthorizedAccessException)
        {
            throw new ShardCorruptException(path, "(the file)", -1, $"it cannot be read: {e.Message}", e);
        }
    }
}
