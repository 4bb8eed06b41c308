using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Shards;

/// <content>Reads the piece columns of an existing shard from HDF5's index and its bytes.</content>
internal static partial class PieceColumns
{
    /// <summary>Reads the locations of the rows' heavy values, and recomputes their checksums.</summary>
    /// <param name="file">The shard.</param>
    /// <param name="path">Its path.</param>
    /// <param name="heavy">The heavy columns.</param>
    /// <param name="rows">The shard's rows; their <see cref="ShardRows.HeavyIsNull"/> must be filled.</param>
    /// <param name="source">The shard's number.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ShardCorruptException">The storage of a heavy column violates the format.</exception>
    internal static ImmutableArray<ColumnBuffer> Read(Hdf5File file, string path, ImmutableArray<ColumnSchema> heavy, ShardRows rows,
        int source, CancellationToken cancellationToken)
    {
        ImmutableArray<ColumnBuffer> buffers = Begin(heavy, rows, source);
        int count = rows.RowCount;
        if (heavy.IsEmpty)
            return buffers;

        using SafeFileHandle bytes = File.OpenHandle(path);
        int next = 2;
        for (int i = 0; i < heavy.Length; i++)
        {
            Hdf5Dataset dataset = file.OpenColumn(heavy[i], count);
            int[] chunkShape = [.. dataset.Shape.Skip(1).Select(length => checked((int)length))];
            bool isEmpty = chunkShape.Contains(0);
            Hdf5Piece[] pieces = isEmpty ? [] : PiecesOf(dataset, path, heavy[i].Name, count);
            Places places = Add(buffers, ref next, heavy[i], rows.HeavyIsNull[i].Values, dataset.Codec, chunkShape);
            byte[] stored = [];
            for (int row = 0; row < count; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Hdf5Piece piece = isEmpty ? default : pieces[row];
                if (stored.Length < piece.StoredBytes)
                    stored = GC.AllocateUninitializedArray<byte>(Math.Max(piece.StoredBytes, 2 * stored.Length));
                (places.Offsets[row], places.Sizes[row]) = (piece.Offset, piece.StoredBytes);
                places.Crcs[row] = isEmpty ? 0 : Crc32C.Compute(ReadPiece(bytes, path, heavy[i].Name, row, piece, stored));
            }
        }
        return buffers;
    }

    private static Hdf5Piece[] PiecesOf(Hdf5Dataset dataset, string path, string column, int count)
    {
        Hdf5Piece[] pieces = dataset.ReadChunkIndex().ByRow();
        return pieces.Length == count ? pieces
            : throw new ShardCorruptException(path, column, -1, $"expected one chunk for each of {count} rows, found {pieces.Length}");
    }

    private static ReadOnlySpan<byte> ReadPiece(SafeFileHandle file, string path, string column, int row, Hdf5Piece piece, byte[] buffer)
    {
        Span<byte> stored = buffer.AsSpan(0, piece.StoredBytes);
        for (int done = 0; done < stored.Length;)
        {
            int read = RandomAccess.Read(file, stored[done..], piece.Offset + done);
            done += read > 0 ? read : throw new ShardCorruptException(path, column, row,
                $"expected {piece.StoredBytes} bytes from byte {piece.Offset} on, found the end of the file");
        }
        return stored;
    }
}
