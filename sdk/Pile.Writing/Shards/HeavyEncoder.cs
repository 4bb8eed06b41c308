using System.Buffers;
using System.Collections.Immutable;
using Pile.Codecs;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Reads rows from the spill, pads them, and encodes them as chunks; encoded values are copied. Safe for concurrent use.</summary>
internal sealed class HeavyEncoder(ImmutableArray<ColumnSchema> columns, ImmutableArray<SpillGroup> groups, HeavyFiles files,
    WriterSettings settings)
{
    private readonly PieceEncoders encoders = new();
    private readonly TaskFactory tasks =
        new(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, settings.Workers).ConcurrentScheduler);

    /// <summary>For each group and each column of the dataset, the place of the value in a row; −1 if the group lacks it.</summary>
    private readonly int[][] spilledPlaces = [.. groups.Select(
        group => columns.Select(c => group.Heavy.ToList().FindIndex(spilled => spilled.Name == c.Name)).ToArray())];

    /// <summary>The memory of blocks under way.</summary>
    internal EncodingMemory Memory { get; } = new();

    /// <summary>Encodes some rows of a shard on another thread.</summary>
    /// <param name="rows">The shard's rows.</param>
    /// <param name="chunkShapes">The shape of one row's chunk, for each column.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="columnRange">The columns.</param>
    /// <param name="cancellationToken">Cancels the work before it begins.</param>
    internal Task<EncodedBlock> Start(ShardRows rows, int[][] chunkShapes, int firstRow, int rowCount, Range columnRange,
        CancellationToken cancellationToken) =>
        tasks.StartNew(() => Encode(rows, chunkShapes, firstRow, rowCount, columnRange), cancellationToken);

    private EncodedBlock Encode(ShardRows rows, int[][] chunkShapes, int firstRow, int rowCount, Range columnRange)
    {
        (int firstColumn, int columnCount) = columnRange.GetOffsetAndLength(columns.Length);
        int[] chunkBytes = new int[columns.Length];
        int most = 0;
        for (int i = firstColumn; i < firstColumn + columnCount; i++)
        {
            chunkBytes[i] = BytesOf(chunkShapes[i], columns[i].DType);
            most = checked(most + PieceEncoder.MaxStoredBytes(columns[i].Codec, chunkBytes[i]));
        }
        EncodedBlock block = new(firstRow, rowCount, firstColumn, columnCount, checked(most * rowCount));
        PieceEncoder encoder = encoders.Rent();
        try
        {
            for (int row = 0; row < rowCount; row++)
                EncodeRow(rows, chunkShapes, chunkBytes, firstRow + row, row * columnCount, block, encoder);
            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
        finally
        {
            encoders.Return(encoder);
        }
    }

    internal static int BytesOf(ReadOnlySpan<int> shape, DType type)
    {
        int bytes = type.ElementBytes();
        foreach (int length in shape)
            bytes = checked(bytes * length);
        return bytes;
    }

    private void EncodeRow(ShardRows rows, int[][] chunkShapes, int[] chunkBytes, int row, int firstChunk, EncodedBlock block,
        PieceEncoder encoder)
    {
        SpillGroup group = groups[rows.Group.Values[row]];
        int[] places = spilledPlaces[rows.Group.Values[row]];
        int unit = rows.Unit.Values[row], count = group.Heavy.Length, endColumn = block.FirstColumn + block.ColumnCount;
        Span<SpilledPiece> pieces = stackalloc SpilledPiece[count];
        Span<long> offsets = stackalloc long[count + 1];
        offsets[0] = files.ReadFacts(unit, rows.HeavyStart(row), pieces);
        for (int i = 0; i < count; i++)
            offsets[i + 1] = offsets[i] + pieces[i].StoredBytes;
        // One range with the values of all columns of the block.
        long start = offsets[count], end = offsets[0];
        for (int column = block.FirstColumn; column < endColumn; column++)
            if (places[column] is >= 0 and var i)
                (start, end) = (Math.Min(start, offsets[i]), Math.Max(end, offsets[i + 1]));
        int rangeBytes = checked((int)Math.Max(end - start, 0));
        if (block.ColumnCount == 1 && places[block.FirstColumn] is >= 0 and var only
            && IsOfShard(rows, row, block.FirstColumn, group.Heavy[only], pieces[only], chunkShapes))
        {
            Span<byte> stored = block.Free(firstChunk)[..rangeBytes];
            files.Read(unit, start, stored);
            Keep(block, firstChunk, block.FirstColumn, group.Heavy[only], pieces[only], stored, unit);
            return;
        }
        byte[] range = ArrayPool<byte>.Shared.Rent(rangeBytes), scratch = ArrayPool<byte>.Shared.Rent(chunkBytes.Max());
        try
        {
            files.Read(unit, start, range.AsSpan(0, rangeBytes));
            for (int column = block.FirstColumn; column < endColumn; column++)
            {
                int place = firstChunk + column - block.FirstColumn, i = places[column];
                ReadOnlySpan<byte> stored = i < 0 ? [] : range.AsSpan((int)(offsets[i] - start), pieces[i].StoredBytes);
                if (OpenPieces.Has(columns[column], columns[column].Codec))
                {
                    bool isMissing = i < 0 || rows.HeavyIsNull[column].Values[row];
                    EncodeOpen(block, place, column, chunkBytes[column], isMissing ? 0 : rows.Shapes[column].Row(row)[0],
                        isMissing ? null : group.Heavy[i], isMissing ? default : pieces[i], stored, unit, encoder);
                    continue;
                }
                if (i >= 0 && IsOfShard(rows, row, column, group.Heavy[i], pieces[i], chunkShapes))
                {
                    stored.CopyTo(block.Free(place));
                    Keep(block, place, column, group.Heavy[i], pieces[i], stored, unit);
                    continue;
                }
                ReadOnlySpan<byte> chunk = [];
                if (i < 0 || rows.HeavyIsNull[column].Values[row])
                    chunk = Missing(columns[column].DType, scratch.AsSpan(0, chunkBytes[column]));
                else
                {
                    ReadOnlySpan<int> shape = rows.Shapes[column].Row(row);
                    ReadOnlySpan<byte> own = Elements(group.Heavy[i], shape, pieces[i], stored, unit);
                    Count(block, place, column, group.Heavy[i].DType, own);
                    chunk = Chunk(column, shape, group.Heavy[i].DType, own, chunkShapes[column], scratch.AsSpan(0, chunkBytes[column]));
                }
                int bytes = chunk.IsEmpty ? 0
                    : encoder.Encode(columns[column].Codec, chunk, columns[column].DType.ElementBytes(), block.Free(place));
                block.Set(place, bytes, Crc32C.Compute(block.Free(place)[..bytes]));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(range);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private void Count(EncodedBlock block, int place, int column, DType spilled, ReadOnlySpan<byte> own)
    {
        if (!settings.GathersStatistics)
            return;
        Moments moments = new();
        moments.Add(spilled, own, columns[column].Sentinels.AsSpan());
        block.Moments[place] = moments;
    }

    /// <summary>Returns whether a value was spilled as the shard will have it: then it is only copied.</summary>
    private bool IsOfShard(ShardRows rows, int row, int column, ColumnSchema spilled, SpilledPiece piece, int[][] chunkShapes) =>
        !IsOpen(spilled, piece) && piece.Codec == columns[column].Codec && spilled.DType == columns[column].DType
            && !rows.HeavyIsNull[column].Values[row]
            && rows.Shapes[column].Row(row).SequenceEqual(chunkShapes[column])
            && spilled.Sentinels.AsSpan().SequenceEqual(columns[column].Sentinels.AsSpan());

    /// <summary>Completes a value that is copied.</summary>
    private void Keep(EncodedBlock block, int place, int column, ColumnSchema spilled, SpilledPiece piece, ReadOnlySpan<byte> stored,
        int unit)
    {
        if (Crc32C.Compute(stored) != piece.Crc32C)
            throw files.Damage(unit);
        if (piece.Codec == PieceCodec.None)
            Count(block, place, column, spilled.DType, stored);
        else
            block.Moments[place] = piece.Moments;
        block.Set(place, stored.Length, piece.Crc32C);
    }

    /// <summary>Encodes a value of bytes and then its padding, or completes one that was spilled without its padding.</summary>
    private void EncodeOpen(EncodedBlock block, int place, int column, int chunkBytes, int length, ColumnSchema? spilled,
        SpilledPiece piece, ReadOnlySpan<byte> stored, int unit, PieceEncoder encoder)
    {
        Span<byte> free = block.Free(place);
        int openBytes;
        if (spilled is not null && IsOpen(spilled, piece) && piece.Codec == columns[column].Codec
            && spilled.Sentinels.AsSpan().SequenceEqual(columns[column].Sentinels.AsSpan()))
        {
            if (Crc32C.Compute(stored) != piece.Crc32C)
                throw files.Damage(unit);
            block.Moments[place] = piece.Moments;
            stored.CopyTo(free);
            openBytes = stored.Length;
        }
        else
        {
            ReadOnlySpan<byte> own = spilled is null ? [] : Elements(spilled, [length], piece, stored, unit);
            if (spilled is not null)
                Count(block, place, column, spilled.DType, own);
            openBytes = encoder.EncodeOpen(own, free);
        }
        int bytes = chunkBytes == 0 ? 0 : PieceEncoder.Close(free, openBytes, chunkBytes - length);
        block.Set(place, bytes, Crc32C.Compute(free[..bytes]));
    }

    /// <summary>Returns whether a value was spilled without its padding.</summary>
    private static bool IsOpen(ColumnSchema spilled, SpilledPiece piece) =>
        piece.Codec != PieceCodec.None && OpenPieces.Has(spilled, piece.Codec);

    /// <summary>Returns the elements of a spilled value.</summary>
    private ReadOnlySpan<byte> Elements(ColumnSchema spilled, ReadOnlySpan<int> shape, SpilledPiece piece, ReadOnlySpan<byte> stored,
        int unit)
    {
        if (Crc32C.Compute(stored) != piece.Crc32C)
            throw files.Damage(unit);
        if (piece.Codec == PieceCodec.None)
            return stored;
        using PieceDecoder decoder = new(); // rare: units differ in shape or dtype
        byte[] elements = new byte[BytesOf(shape, spilled.DType)];
        if (IsOpen(spilled, piece))
        {
            byte[] closed = new byte[PieceEncoder.MaxStoredBytes(piece.Codec, elements.Length)];
            stored.CopyTo(closed);
            stored = closed.AsSpan(0, PieceEncoder.Close(closed, stored.Length, 0));
        }
        decoder.Decode(piece.Codec, stored, spilled.DType.ElementBytes(), elements);
        return elements;
    }

    private static Span<byte> Missing(DType type, Span<byte> scratch)
    {
        ElementConversion.Fill(type, type.IsFloat() ? double.NaN : 0, scratch);
        return scratch;
    }

    /// <summary>Returns the decoded chunk of one row: the row's own bytes if they are identical, otherwise the scratch memory.</summary>
    private ReadOnlySpan<byte> Chunk(int column, ReadOnlySpan<int> shape, DType spilled, ReadOnlySpan<byte> own, int[] chunkShape,
        Span<byte> scratch)
    {
        ColumnSchema schema = columns[column];
        bool fills = shape.SequenceEqual(chunkShape);
        if (spilled != schema.DType)
        {
            byte[] converted = new byte[BytesOf(shape, schema.DType)]; // rare: two units differ in dtype
            ElementConversion.Convert(spilled, own, schema.DType, converted);
            own = converted;
        }
        if (fills)
            return own;
        RowPadding.Pad(schema, own, shape, chunkShape, scratch);
        return scratch;
    }
}
