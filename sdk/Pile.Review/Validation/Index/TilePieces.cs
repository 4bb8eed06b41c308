using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;

namespace Pile.Review;

/// <summary>I005: the pieces of one heavy column are inside their files, and their entries are complete.</summary>
internal sealed class TilePieces(DatasetUnderReview dataset, IndexTile tile, ColumnSchema column) : TileRowCheck(dataset, tile)
{
    // For a ragged column the index has the length of a row, but not of a piece.
    private readonly long rowBytes = column.IsRagged ? -1 : (long)column.ElementsPerRow * column.DType.ElementBytes();
    private readonly string chunkName = ColumnNames.PieceChunk(column.SqlName);
    private readonly ColumnSchema? shapeColumn = dataset.Manifest.Column(ColumnNames.Shape(column.Name));

    internal override ImmutableArray<string> Columns { get; } =
    [
        ColumnNames.Source,
        .. IndexSchema.PieceColumns(column),
        .. IndexSchema.HasChunk(column) ? [ColumnNames.PieceChunk(column.SqlName),
            dataset.Manifest.Column(ColumnNames.Shape(column.Name))?.SqlName ?? ""] : ImmutableArray<string>.Empty,
    ];

    internal override void Check(TileChunk rows)
    {
        DuckDbVector sources = rows[ColumnNames.Source];
        ReadOnlySpan<int> source = sources.Values<int>();
        PieceColumns pieces = PieceColumns.Of(rows, column);
        for (int i = 0; i < rows.RowCount; i++)
        {
            if (!pieces.TryRow(i, out int count, out string? malformed))
                Malformed(rows.RowAt(i), malformed);
            else if (count < 0)
            {
                if (!column.Nullable)
                    Malformed(rows.RowAt(i), "expected a piece, as the column is not nullable; found none");
            }
            else if (sources.IsValid(i) && source[i] >= 0 && source[i] < Dataset.Shards.Length && Dataset.Shards[source[i]] is { } shard)
                CheckPieces(rows.RowAt(i), i, pieces, count, shard);
            if (IndexSchema.HasChunk(column) && count >= 0)
                CheckChunk(rows, i);
        }
    }

    private void CheckPieces(long row, int i, PieceColumns pieces, int count, DatasetFile shard)
    {
        Int128 plainBytes = 0;
        bool isPlain = true;
        for (int part = 0; part < count; part++)
        {
            Piece piece = pieces[i, part];
            if (piece.OffsetBytes < 0 || piece.StoredBytes < 0 || piece.OffsetBytes > shard.Bytes - piece.StoredBytes)
                Malformed(row, $"expected a piece inside '{shard.Path}' of {shard.Bytes} bytes, found {piece.StoredBytes} bytes from byte "
                    + $"{piece.OffsetBytes} on");
            if (piece.Codec > PieceCodec.Shuffle)
                Malformed(row, $"expected a codec from 0 to 3, found {(int)piece.Codec}");
            isPlain &= piece.Codec is PieceCodec.None or PieceCodec.Shuffle;
            plainBytes += piece.StoredBytes;
        }
        // Chunks that extend beyond the row's edge store more than the row.
        if (rowBytes >= 0 && isPlain && (count <= 1 ? plainBytes != rowBytes : plainBytes < rowBytes))
            Malformed(row, $"expected {rowBytes} bytes for a row, found {plainBytes} in {count} pieces that are not compressed");
        else if (rowBytes > 0 && !isPlain && plainBytes == 0)
            Malformed(row, $"expected bytes for a row, found none in {count} pieces");
    }

    private void CheckChunk(TileChunk rows, int i)
    {
        int rank = column.Shape.Length;
        DuckDbVector chunk = rows[chunkName], shape = rows[shapeColumn!.SqlName];
        if (!chunk.IsValid(i) || !shape.IsValid(i))
        {
            Malformed(rows.RowAt(i), $"expected the shape of the piece in '{chunkName}', found nothing");
            return;
        }
        DuckDbListEntry chunkAt = chunk.Values<DuckDbListEntry>()[i], shapeAt = shape.Values<DuckDbListEntry>()[i];
        if (chunkAt.Length != rank || shapeAt.Length != rank)
        {
            if (chunkAt.Length != rank)
                Malformed(rows.RowAt(i), $"expected {rank} lengths in '{chunkName}', found {chunkAt.Length}");
            return; // a wrong shape is a separate finding
        }
        ReadOnlySpan<int> lengths = chunk.Child.Values<int>().Slice((int)chunkAt.Offset, rank);
        ReadOnlySpan<long> own = shape.Child.Values<long>().Slice((int)shapeAt.Offset, rank);
        for (int axis = 0; axis < rank; axis++)
            if (lengths[axis] < own[axis] || own[axis] < 0)
                Malformed(rows.RowAt(i), $"expected a piece that holds a row of [{string.Join(", ", own.ToArray())}], found "
                    + $"[{string.Join(", ", lengths.ToArray())}] in '{chunkName}'");
    }

    private void Malformed(long row, string? message) => Found(FindingCodes.PieceInvalid, row, column.Name, message!);
}
