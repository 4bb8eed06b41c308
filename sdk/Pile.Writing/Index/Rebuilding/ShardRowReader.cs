using System.Buffers;
using Pile.Format;
using Pile.Hdf5;
using Pile.Sky;
using Pile.Writing.Schemas;
using Pile.Writing.Shards;

namespace Pile.Writing.Index.Rebuilding;

/// <summary>Reads the rows of shards from which the index is made.</summary>
/// <param name="schema">The dataset's columns.</param>
/// <param name="key">The key by which the rows are sorted.</param>
internal sealed class ShardRowReader(DatasetSchema schema, IndexKey key)
{
    private readonly int ra = schema.Light.ToList().FindIndex(c => c.Name == key.Frame?.Lon),
        dec = schema.Light.ToList().FindIndex(c => c.Name == key.Frame?.Lat),
        id = schema.Light.ToList().FindIndex(c => c.Name == StandardColumns.ObjectId);

    /// <summary>Reads the keys of a shard's rows.</summary>
    internal long[] Keys(string path, CancellationToken cancellationToken) => Guard(path, () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Hdf5File file = Hdf5File.Open(path);
        int count = CountRows(file);
        if (key.Frame is not { } frame)
            return KeysOf(ReadIds(file, path, count));
        return PixelsOf(path, file.OpenRows(frame.Lon, DType.Float64, [], count).ReadAll<double>(),
            file.OpenRows(frame.Lat, DType.Float64, [], count).ReadAll<double>());
    });

    /// <summary>Reads everything that the index stores of a shard's rows.</summary>
    /// <param name="path">The shard.</param>
    /// <param name="source">Its number.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal void Read(string path, int source, ShardRows rows, CancellationToken cancellationToken) => Guard(path, () =>
    {
        using Hdf5File file = Hdf5File.Open(path);
        rows.Begin(0, "", 1);
        int count = CountRows(file);
        for (int i = 0; i < schema.Light.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadLight(file, path, schema.Light[i], rows.Light[i], count);
        }
        long[] keys = !key.HasPositions ? KeysOf(rows.Light[id])
            : PixelsOf(path, ((FixedBuffer<double>)rows.Light[ra]).Values, ((FixedBuffer<double>)rows.Light[dec]).Values);
        keys.CopyTo(rows.Keys.Add(count));
        for (int i = 0; i < schema.Heavy.Length; i++)
            NullsOf(file, schema.Heavy[i], count).CopyTo(rows.HeavyIsNull[i].Add(count));
        rows.Pieces = PieceColumns.Read(file, path, schema.Heavy, rows, source, cancellationToken);
        return count;
    });

    /// <summary>Returns the number of rows of a shard, which is that of its ids.</summary>
    private static int CountRows(Hdf5File file)
    {
        Hdf5Dataset first = file.OpenDataset(StandardColumns.ObjectId);
        return first.Shape is [<= int.MaxValue] ? (int)first.RowCount
            : throw first.Invalid($"expected one value per row, found the shape [{string.Join(", ", first.Shape)}]");
    }

    private static void ReadLight(Hdf5File file, string path, ColumnSchema column, ColumnBuffer buffer, int count)
    {
        Hdf5Dataset dataset = file.OpenColumn(column, count);
        if (count * dataset.RowBytes > Array.MaxLength)
            throw dataset.Invalid($"{count} rows of {dataset.RowBytes} bytes exceed the largest array");
        int bytes = (int)(count * dataset.RowBytes);
        long[] lengths = column.IsRagged ? LengthsOf(file, path, column, count, dataset.ElementsPerRow) : [];
        byte[] stored = ArrayPool<byte>.Shared.Rent(Math.Max(1, bytes));
        try
        {
            dataset.ReadRowBytes(0, count, stored.AsSpan(0, bytes));
            buffer.AppendStored(stored.AsSpan(0, bytes), count, column.Nullable ? NullsOf(file, column, count) : default, lengths);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>Reads the length of each row's list from the companion.</summary>
    private static long[] LengthsOf(Hdf5File file, string path, ColumnSchema column, int count, int longest)
    {
        long[] lengths = file.OpenRows(ColumnNames.Shape(column.Name), DType.Int64, [1], count).ReadAll<long>();
        int wrong = Array.FindIndex(lengths, length => length < 0 || length > longest);
        return wrong < 0 ? lengths : throw new ShardCorruptException(path, ColumnNames.Shape(column.Name), wrong,
            $"expected a length from 0 to {longest}, found {lengths[wrong]}");
    }

    private static bool[] NullsOf(Hdf5File file, ColumnSchema column, int count) =>
        column.Nullable ? file.OpenRows(ColumnNames.IsNull(column.Name), DType.Bool, [], count).ReadAll<bool>() : new bool[count];

    private ColumnBuffer ReadIds(Hdf5File file, string path, int count)
    {
        ColumnBuffer ids = ColumnBuffer.For(schema.Light[id]);
        ReadLight(file, path, schema.Light[id], ids, count);
        return ids;
    }

    private long[] KeysOf(ColumnBuffer ids)
    {
        long[] keys = new long[ids.RowCount];
        int textBytes = schema.Light[id].StringBytes;
        for (int row = 0; row < keys.Length; row++)
            keys[row] = ids is TextBuffer texts
                ? IndexKey.OfId(texts.Bytes.Slice(row * textBytes, textBytes).WithoutPadding())
                : IndexKey.OfId(((FixedBuffer<long>)ids).Values[row]);
        return keys;
    }

    private long[] PixelsOf(string path, ReadOnlySpan<double> raDeg, ReadOnlySpan<double> decDeg)
    {
        long[] pixels = new long[raDeg.Length];
        try
        {
            Healpix.AngToPix(Healpix.MaxOrder, raDeg, decDeg, pixels);
        }
        catch (ArgumentException e)
        {
            throw new ShardCorruptException(path, key.Frame!.Lon, -1, $"a position is not valid: {e.Message}", e);
        }
        return pixels;
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Hdf5Exception e) when (e.InnerException is UnauthorizedAccessException)
        {
            throw AccessDeniedException.OfFile(path, e);
        }
        catch (Hdf5Exception e)
        {
            throw new ShardCorruptException(path, e.Item ?? "(the file)", -1, e.Finding, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ShardCorruptException(path, "(the file)", -1, $"cannot be read: {e.Message}", e);
        }
    }
}
