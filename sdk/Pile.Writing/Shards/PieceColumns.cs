using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Shards;

/// <summary>The index columns that say where each row's heavy values lie.</summary>
internal static partial class PieceColumns
{
    /// <summary>Names and types, in the order of the index.</summary>
    internal static IEnumerable<DuckDbField> Fields(ImmutableArray<ColumnSchema> heavy)
    {
        yield return new DuckDbField(ColumnNames.Source, DuckDbType.Integer);
        yield return new DuckDbField(ColumnNames.SourceRow, DuckDbType.Integer);
        foreach (ColumnSchema column in heavy)
        {
            yield return new DuckDbField(ColumnNames.PieceOffset(column.SqlName), DuckDbType.BigInt);
            yield return new DuckDbField(ColumnNames.PieceSize(column.SqlName), DuckDbType.Integer);
            yield return new DuckDbField(ColumnNames.PieceCodec(column.SqlName), DuckDbType.UTinyInt);
            yield return new DuckDbField(ColumnNames.PieceCrc32C(column.SqlName), DuckDbType.UInteger);
            if (HasChunkShape(column))
                yield return new DuckDbField(ColumnNames.PieceChunk(column.SqlName), DuckDbType.List(DuckDbType.Integer));
        }
    }

    /// <summary>Empty buffers for those columns.</summary>
    internal static ImmutableArray<ColumnBuffer> Buffers(ImmutableArray<ColumnSchema> heavy)
    {
        List<ColumnBuffer> buffers = [new FixedBuffer<int>(), new FixedBuffer<int>()];
        foreach (ColumnSchema column in heavy)
        {
            buffers.AddRange([new FixedBuffer<long>(1, true, column.Nullable), new FixedBuffer<int>(1, true, column.Nullable),
                new FixedBuffer<byte>(1, true, column.Nullable), new FixedBuffer<uint>(1, true, column.Nullable)]);
            if (HasChunkShape(column))
                buffers.Add(new FixedBuffer<int>(column.Shape.Length, false, column.Nullable));
        }
        return [.. buffers];
    }

    /// <summary>The columns of a shard that has just been written.</summary>
    /// <exception cref="ShardCorruptException">HDF5 has not stored what it was given.</exception>
    internal static ImmutableArray<ColumnBuffer> Make(string path, ImmutableArray<ColumnSchema> heavy, ShardRows rows, int source, int[][] chunkShapes, EncodedChunks chunks)
    {
        ImmutableArray<ColumnBuffer> buffers = rows.Pieces.IsEmpty ? Buffers(heavy) : rows.Pieces;
        foreach (ColumnBuffer buffer in buffers)
            buffer.Clear();
        int count = rows.RowCount;
        ((FixedBuffer<int>)buffers[0]).Add(count).Fill(source);
        Span<int> sourceRow = ((FixedBuffer<int>)buffers[1]).Add(count);
        for (int row = 0; row < count; row++)
            sourceRow[row] = row;
        if (heavy.IsEmpty)
            return buffers;

        using Hdf5File file = Hdf5File.Open(path);
        int next = 2;
        for (int i = 0; i < heavy.Length; i++)
        {
            ReadOnlySpan<bool> isNull = rows.HeavyIsNull[i].Values;
            bool isEmpty = chunkShapes[i].Contains(0);
            Span<long> offsets = ((FixedBuffer<long>)buffers[next++]).Add(count, isNull);
            Span<int> sizes = ((FixedBuffer<int>)buffers[next++]).Add(count, isNull);
            ((FixedBuffer<byte>)buffers[next++]).Add(count, isNull).Fill((byte)(isEmpty ? PieceCodec.None : heavy[i].Codec));
            Span<uint> crcs = ((FixedBuffer<uint>)buffers[next++]).Add(count, isNull);
            if (HasChunkShape(heavy[i]))
            {
                Span<int> shapes = ((FixedBuffer<int>)buffers[next++]).Add(count, isNull);
                for (int row = 0; row < count; row++)
                    chunkShapes[i].CopyTo(shapes[(row * chunkShapes[i].Length)..]);
            }
            if (isEmpty)
            {
                offsets.Clear();
                sizes.Clear();
                crcs.Clear();
                continue;
            }
            using Hdf5Dataset dataset = file.OpenDataset(ColumnNames.ToHdf5(heavy[i].Name));
            Hdf5Piece[] pieces = dataset.ReadChunkIndex().ByRow();
            for (int row = 0; row < count; row++)
            {
                if (pieces[row].IsMissing || pieces[row].StoredBytes != chunks.StoredBytes(row, i) || pieces[row].FilterMask != 0)
                    throw new ShardCorruptException(path, heavy[i].Name, row, $"{chunks.StoredBytes(row, i)} bytes were written, the file's index has {pieces[row].StoredBytes}");
                (offsets[row], sizes[row], crcs[row]) = (pieces[row].Offset, pieces[row].StoredBytes, chunks.Crc32C(row, i));
            }
        }
        return buffers;
    }

    private static bool HasChunkShape(ColumnSchema column) => column.IsRagged && column.Shape.Length > 1;
}
