using Microsoft.Win32.SafeHandles;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S004, I005: every piece of a shard matches its CRC-32C, can be decoded, and is the chunk of its row.</summary>
internal sealed class PieceCheck : IDisposable
{
    private readonly DatasetUnderReview dataset;
    private readonly DatasetFile shard;
    private readonly ShardDatasets datasets;
    private readonly SafeFileHandle file;
    private readonly long fileBytes;
    private readonly PieceDecoder decoder = new();
    private readonly Dictionary<string, Chunks?> chunksOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ColumnStatisticsBuilder> statistics = new(StringComparer.Ordinal);
    private readonly HeavyNulls nulls;
    private byte[] stored = [], decoded = [];
    private long decodedBytes; // of the last piece; -1 if it was not decoded

    internal PieceCheck(DatasetUnderReview dataset, DatasetFile shard, ShardDatasets datasets)
    {
        (this.dataset, this.shard, this.datasets, nulls) = (dataset, shard, datasets, new HeavyNulls(dataset, shard, datasets));
        file = File.OpenHandle(dataset.FullPath(shard.Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
            FileOptions.RandomAccess);
        fileBytes = RandomAccess.GetLength(file);
    }

    /// <summary>A column's chunks according to the shard itself.</summary>
    /// <param name="ByRow">Their locations, row by row.</param>
    /// <param name="PerRow">The number of chunks per row.</param>
    /// <param name="Bytes">The decoded size of a chunk.</param>
    /// <param name="Shape">The shape of a chunk, without the row axis.</param>
    /// <param name="Codec">The codec that its filters correspond to.</param>
    private sealed record Chunks(Hdf5Piece[] ByRow, int PerRow, long Bytes, long[] Shape, PieceCodec Codec);

    /// <summary>Checks the pieces of a column.</summary>
    /// <param name="rows">Rows of the index.</param>
    /// <param name="column">The heavy column.</param>
    /// <param name="shapeColumn">The index column with the rows' own shapes; null if the column is not ragged.</param>
    /// <param name="sourceRows">The corresponding rows of the shard.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    internal void Check(TileChunk rows, ColumnSchema column, string? shapeColumn, ReadOnlySpan<int> sourceRows,
        CancellationToken cancellationToken)
    {
        Chunks? chunks = ChunksOf(column);
        PieceColumns pieces = PieceColumns.Of(rows, column);
        for (int i = 0; i < rows.RowCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isWellFormed = pieces.TryRow(i, out int count, out _);
            if (isWellFormed && count < 0)
                StatisticsOf(column).AddNull();
            if (isWellFormed)
                nulls.Compare(column, sourceRows[i], isNullInIndex: count < 0);
            if (!isWellFormed || count < 0 || sourceRows[i] < 0 || sourceRows[i] >= shard.Rows)
                continue; // malformed entries are reported by the check of the tile
            bool isIntact = true;
            for (int part = 0; part < count; part++)
                isIntact &= IsIntact(column, sourceRows[i], pieces[i, part], chunks is null ? RowBytesOf(column, count) : chunks.Bytes);
            if (chunks is null || !isIntact)
                continue;
            CheckPlace(column, sourceRows[i], pieces, i, count, chunks);
            if (column.Encoding is { } encoding && count == 1 && decodedBytes == chunks.Bytes
                && !Encodings.MayBe(encoding, decoded.AsSpan(0, (int)chunks.Bytes)))
                dataset.Log.Error(FindingCodes.EncodingMismatch, shard.Path,
                    $"expected bytes that begin like a file of encoding '{encoding}', found others", sourceRows[i], column.Name);
            if (count == 1 && decodedBytes == chunks.Bytes)
                Count(column, rows, shapeColumn, i, chunks, sourceRows[i]);
            if (shapeColumn is not null)
                CheckOwnShape(column, sourceRows[i], rows[shapeColumn], i, chunks);
        }
    }

    /// <summary>Returns the statistics of the checked rows of a column.</summary>
    internal ColumnStatisticsBuilder StatisticsOf(ColumnSchema column) =>
        statistics.TryGetValue(column.Name, out ColumnStatisticsBuilder? known) ? known
            : statistics[column.Name] = new ColumnStatisticsBuilder(column);

    /// <summary>Adds a row's own elements of the chunk that was decoded last to the statistics, and checks the padding around them.
    /// </summary>
    private void Count(ColumnSchema column, TileChunk rows, string? shapeColumn, int i, Chunks chunks, int sourceRow)
    {
        ReadOnlySpan<byte> chunk = decoded.AsSpan(0, (int)chunks.Bytes);
        if (!column.IsRagged || shapeColumn is null)
        {
            StatisticsOf(column).Add(column.DType, chunk);
            return;
        }
        DuckDbVector own = rows[shapeColumn];
        if (!own.IsValid(i) || own.Values<DuckDbListEntry>()[i].Length != chunks.Shape.Length)
            return; // already a finding
        ReadOnlySpan<long> shape = own.Values<DuckDbListEntry>()[i].Of(own.Child.Values<long>());
        for (int axis = 0; axis < shape.Length; axis++)
            if (shape[axis] < 0 || shape[axis] > chunks.Shape[axis])
                return; // already a finding
        if (Filling.FirstWrong(column, chunk, shape, chunks.Shape) is >= 0 and var wrong)
            dataset.Log.Error(FindingCodes.ShardIndexMismatch, shard.Path, $"expected the padding of the manifest beyond the row's shape "
                + $"[{string.Join(", ", shape.ToArray())}], found another value at element {wrong} of its chunk", sourceRow, column.Name);
        Moments row = new();
        Count(column, chunk, shape, chunks.Shape, ref row);
        StatisticsOf(column).Add(row);
    }

    private static void Count(ColumnSchema column, ReadOnlySpan<byte> chunk, ReadOnlySpan<long> shape, ReadOnlySpan<long> chunkShape,
        ref Moments row)
    {
        if (shape.Length == 1)
        {
            row.Add(column.DType, chunk[..(int)(shape[0] * column.DType.ElementBytes())], column.Sentinels.AsSpan());
            return;
        }
        for (int k = 0, stride = chunkShape[0] == 0 ? 0 : (int)(chunk.Length / chunkShape[0]); k < shape[0]; k++)
            Count(column, chunk.Slice(k * stride, stride), shape[1..], chunkShape[1..], ref row);
    }

    public void Dispose()
    {
        decoder.Dispose();
        file.Dispose();
    }

    private bool IsIntact(ColumnSchema column, long row, Piece piece, long rawBytes)
    {
        decodedBytes = -1;
        if (piece.OffsetBytes < 0 || piece.StoredBytes < 0 || piece.OffsetBytes > shard.Bytes - piece.StoredBytes)
            return true; // reported by the check of the tile
        if (piece.OffsetBytes > fileBytes - piece.StoredBytes)
            return Corrupt(column, row,
                $"expected {piece.StoredBytes} bytes from byte {piece.OffsetBytes} on, found the file's end at byte {fileBytes}");
        if (stored.Length < piece.StoredBytes)
            stored = GC.AllocateUninitializedArray<byte>(piece.StoredBytes);
        Span<byte> bytes = stored.AsSpan(0, piece.StoredBytes);
        for (int read = 0, some; read < bytes.Length; read += some)
            if ((some = RandomAccess.Read(file, bytes[read..], piece.OffsetBytes + read)) == 0)
                return Corrupt(column, row, $"expected {piece.StoredBytes} bytes from byte {piece.OffsetBytes} on, found the file's end");
        uint crc = Crc32C.Compute(bytes);
        if (crc != piece.Crc32C)
            return Corrupt(column, row,
                $"expected CRC-32C {piece.Crc32C:x8} of {piece.StoredBytes} bytes from byte {piece.OffsetBytes} on, found {crc:x8}");
        return rawBytes < 0 || piece.Codec > PieceCodec.Shuffle || Decodes(column, row, piece, bytes, rawBytes);
    }

    private bool Decodes(ColumnSchema column, long row, Piece piece, ReadOnlySpan<byte> bytes, long rawBytes)
    {
        if (rawBytes > Array.MaxLength || rawBytes > ZlibDecompressor.LargestRatio * (bytes.Length + 1L))
            return Corrupt(column, row, $"expected a piece that decodes to {rawBytes} bytes, found only {bytes.Length} bytes");
        if (decoded.Length < rawBytes)
            decoded = GC.AllocateUninitializedArray<byte>((int)rawBytes);
        try
        {
            decoder.Decode(piece.Codec, bytes, column.DType.ElementBytes(), decoded.AsSpan(0, (int)rawBytes));
        }
        catch (CodecException e)
        {
            return Corrupt(column, row, $"expected a piece that decodes to {rawBytes} bytes: {e.Message}");
        }
        decodedBytes = rawBytes;
        return column.DType != DType.Bool || decoded.AsSpan(0, (int)rawBytes).IndexOfAnyExceptInRange((byte)0, (byte)1) is < 0
            || Corrupt(column, row, "expected booleans of 0 and 1, found other bytes");
    }

    private void CheckPlace(ColumnSchema column, int row, PieceColumns pieces, int i, int count, Chunks chunks)
    {
        if (count != chunks.PerRow)
            dataset.Log.Error(FindingCodes.PieceInvalid, shard.Path,
                $"expected {chunks.PerRow} pieces, as in the shard, found {count} in the index", row, column.Name);
        for (int part = 0; part < count && count == chunks.PerRow; part++)
            if (pieces[i, part].Codec != chunks.Codec)
                dataset.Log.Error(FindingCodes.PieceInvalid, shard.Path,
                    $"expected the codec {chunks.Codec} of the shard's filters, found {pieces[i, part].Codec} in the index", row,
                    column.Name);
            else if (chunks.ByRow[((long)row * count) + part] is var chunk
                && (chunk.Offset != pieces[i, part].OffsetBytes || chunk.StoredBytes != pieces[i, part].StoredBytes))
                dataset.Log.Error(FindingCodes.PieceInvalid, shard.Path,
                    $"expected the piece at byte {chunk.Offset} of {chunk.StoredBytes} bytes, as in the shard, found byte "
                        + $"{pieces[i, part].OffsetBytes} of {pieces[i, part].StoredBytes} in the index", row, column.Name);
    }

    private void CheckOwnShape(ColumnSchema column, int row, DuckDbVector shapes, int i, Chunks chunks)
    {
        if (chunks.PerRow != 1 || !shapes.IsValid(i) || shapes.Values<DuckDbListEntry>()[i] is var entry
            && entry.Length != chunks.Shape.Length)
            return;
        ReadOnlySpan<long> own = shapes.Values<DuckDbListEntry>()[i].Of(shapes.Child.Values<long>());
        for (int axis = 0; axis < own.Length; axis++)
            if (own[axis] < 0 || own[axis] > chunks.Shape[axis])
                Corrupt(column, row, $"expected a piece that holds a row of [{string.Join(", ", own.ToArray())}], found "
                    + $"[{string.Join(", ", chunks.Shape)}]");
    }

    private Chunks? ChunksOf(ColumnSchema column)
    {
        if (chunksOf.TryGetValue(column.Name, out Chunks? known))
            return known;
        Chunks? chunks = null;
        try
        {
            if (datasets.Find(column.Name) is { ChunkShape.Count: > 0 } found)
            {
                ChunkIndex index = found.ReadChunkIndex();
                long[] shape = [.. found.ChunkShape.Skip(1)];
                chunks = new Chunks(index.ByRow(), index.PiecesPerRow, shape.Aggregate((long)column.DType.ElementBytes(), (a, b) => a * b),
                    shape, found.Codec);
            }
        }
        catch (Exception e) when (e is Hdf5Exception or OverflowException)
        {
            dataset.Log.Error(FindingCodes.ShardSchemaMismatch, shard.Path,
                $"expected an index of the chunks that can be read: {e.Message}", column: column.Name);
        }
        return chunksOf[column.Name] = chunks;
    }

    /// <summary>Returns the size of a piece if the manifest determines it; -1 otherwise.</summary>
    private static long RowBytesOf(ColumnSchema column,
        int count) => column.IsRagged || count != 1 ? -1 : (long)column.ElementsPerRow * column.DType.ElementBytes();

    private bool Corrupt(ColumnSchema column, long row, string message)
    {
        dataset.Log.Error(FindingCodes.PieceCorrupt, shard.Path, message, row, column.Name);
        return false;
    }
}
