using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Writing.Shards;

/// <summary>The index columns with the location of each row's heavy values.</summary>
internal static partial class PieceColumns
{
    /// <summary>Returns names and types, in the order of the index.</summary>
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

    /// <summary>Creates empty buffers for these columns.</summary>
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

    /// <summary>Returns the columns of a shard that has just been written.</summary>
    internal static ImmutableArray<ColumnBuffer> Make(ImmutableArray<ColumnSchema> heavy, ShardRows rows, int source,
        int[][] chunkShapes, EncodedChunks chunks)
    {
        ImmutableArray<ColumnBuffer> buffers = Begin(heavy, rows, source);
        if (heavy.IsEmpty)
            return buffers;

        int next = 2;
        for (int i = 0; i < heavy.Length; i++)
        {
            bool isEmpty = chunkShapes[i].Contains(0);
            Places places = Add(buffers, ref next, heavy[i], rows.HeavyIsNull[i].Values, isEmpty ? PieceCodec.None : heavy[i].Codec,
                chunkShapes[i]);
            if (isEmpty)
            {
                places.Offsets.Clear();
                places.Sizes.Clear();
                places.Crcs.Clear();
                continue;
            }
            for (int row = 0; row < rows.RowCount; row++)
                (places.Offsets[row], places.Sizes[row], places.Crcs[row]) =
                    (chunks.Offset(row, i), chunks.StoredBytes(row, i), chunks.Crc32C(row, i));
        }
        return buffers;
    }

    /// <summary>Clears a shard's buffers, and fills the columns with the shard and row numbers.</summary>
    private static ImmutableArray<ColumnBuffer> Begin(ImmutableArray<ColumnSchema> heavy, ShardRows rows, int source)
    {
        ImmutableArray<ColumnBuffer> buffers = rows.Pieces.IsEmpty ? Buffers(heavy) : rows.Pieces;
        foreach (ColumnBuffer buffer in buffers)
            buffer.Clear();
        ((FixedBuffer<int>)buffers[0]).Add(rows.RowCount).Fill(source);
        Span<int> sourceRow = ((FixedBuffer<int>)buffers[1]).Add(rows.RowCount);
        for (int row = 0; row < sourceRow.Length; row++)
            sourceRow[row] = row;
        return buffers;
    }

    /// <summary>Adds the rows of one heavy column to its buffers, from <paramref name="next"/> on, and fills the values that are the same
    /// in each row.</summary>
    private static Places Add(ImmutableArray<ColumnBuffer> buffers, ref int next, ColumnSchema column, ReadOnlySpan<bool> isNull,
        PieceCodec codec, int[] chunkShape)
    {
        int count = isNull.Length;
        Span<long> offsets = ((FixedBuffer<long>)buffers[next++]).Add(count, isNull);
        Span<int> sizes = ((FixedBuffer<int>)buffers[next++]).Add(count, isNull);
        ((FixedBuffer<byte>)buffers[next++]).Add(count, isNull).Fill((byte)codec);
        Span<uint> crcs = ((FixedBuffer<uint>)buffers[next++]).Add(count, isNull);
        if (HasChunkShape(column))
        {
            Span<int> shapes = ((FixedBuffer<int>)buffers[next++]).Add(count, isNull);
            for (int row = 0; row < count; row++)
                chunkShape.CopyTo(shapes[(row * chunkShape.Length)..]);
        }
        return new Places(offsets, sizes, crcs);
    }

    private static bool HasChunkShape(ColumnSchema column) => column.IsRagged && column.Shape.Length > 1;

    private readonly ref struct Places(Span<long> offsets, Span<int> sizes, Span<uint> crcs)
    {
        internal readonly Span<long> Offsets = offsets;
        internal readonly Span<int> Sizes = sizes;
        internal readonly Span<uint> Crcs = crcs;
    }
}
