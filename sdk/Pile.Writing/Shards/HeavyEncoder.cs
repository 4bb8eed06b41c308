using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pile.Codecs;
using Pile.Format;
using Pile.Writing.Spill;

namespace Pile.Writing.Shards;

/// <summary>Reads rows from the spill, pads them, and encodes them as chunks. Safe for concurrent use.</summary>
internal sealed class HeavyEncoder(ImmutableArray<ColumnSchema> columns, ImmutableArray<SpillGroup> groups, HeavyFiles files,
    bool gathersStatistics) : IDisposable
{
    private readonly ConcurrentBag<PieceEncoder> encoders = [];

    /// <summary>For each group and each of its heavy columns, the column of the dataset.</summary>
    private readonly int[][] targets = [.. groups.Select(group => group.Heavy.Select(c => FindColumn(columns, c.Name)).ToArray())];

    /// <summary>Encodes some rows of a shard.</summary>
    /// <param name="rows">The shard's rows.</param>
    /// <param name="chunkShapes">The shape of one row's chunk, for each column.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="columnRange">The columns.</param>
    internal EncodedBlock Encode(ShardRows rows, int[][] chunkShapes, int firstRow, int rowCount, Range columnRange)
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
        PieceEncoder encoder = encoders.TryTake(out PieceEncoder? idle) ? idle : new PieceEncoder();
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
            encoders.Add(encoder);
        }
    }

    internal static int BytesOf(ReadOnlySpan<int> shape, DType type)
    {
        int bytes = type.ElementBytes();
        foreach (int length in shape)
            bytes = checked(bytes * length);
        return bytes;
    }

    public void Dispose()
    {
        foreach (PieceEncoder encoder in encoders)
            encoder.Dispose();
    }

    private void EncodeRow(ShardRows rows, int[][] chunkShapes, int[] chunkBytes, int row, int firstChunk, EncodedBlock block,
        PieceEncoder encoder)
    {
        int groupNumber = rows.Group.Values[row];
        SpillGroup group = groups[groupNumber];
        Span<(int Start, int Length)> places = stackalloc (int, int)[columns.Length];
        places.Clear();
        // The values of the block's columns are one range of the row's values, or all of them.
        long at = 0, rawStart = long.MaxValue, rawEnd = 0;
        int endColumn = block.FirstColumn + block.ColumnCount;
        for (int i = 0; i < group.Heavy.Length; i++)
        {
            int target = targets[groupNumber][i], length = BytesOf(rows.Shapes[target].Row(row), group.Heavy[i].DType);
            if (target >= block.FirstColumn && target < endColumn)
            {
                (rawStart, rawEnd) = (Math.Min(rawStart, at), at + length);
                places[target] = (checked((int)(at - rawStart)), length);
            }
            at += length;
        }
        int rawBytes = checked((int)Math.Max(rawEnd - rawStart, 0));
        if (block.ColumnCount == 1 && IsAsStored(rows, row, group, chunkShapes, block.FirstColumn))
        {
            Span<byte> stored = block.Free(firstChunk)[..rawBytes];
            files.Read(rows.Unit.Values[row], rows.HeavyStart(row) + rawStart, stored);
            Count(rows, row, group, block.FirstColumn, stored, block, firstChunk);
            block.Set(firstChunk, rawBytes, Crc32C.Compute(stored));
            return;
        }
        byte[] raw = ArrayPool<byte>.Shared.Rent(rawBytes), scratch = ArrayPool<byte>.Shared.Rent(chunkBytes.Max());
        try
        {
            if (rawBytes > 0)
                files.Read(rows.Unit.Values[row], rows.HeavyStart(row) + rawStart, raw.AsSpan(0, rawBytes));
            for (int i = block.FirstColumn; i < endColumn; i++)
            {
                int place = firstChunk + i - block.FirstColumn;
                ReadOnlySpan<byte> own = raw.AsSpan(places[i].Start, places[i].Length);
                Count(rows, row, group, i, own, block, place);
                ReadOnlySpan<byte> chunk = Chunk(i, rows, row, group, own, chunkShapes[i], scratch.AsSpan(0, chunkBytes[i]));
                int stored = chunk.IsEmpty ? 0
                    : encoder.Encode(columns[i].Codec, chunk, columns[i].DType.ElementBytes(), block.Free(place));
                block.Set(place, stored, Crc32C.Compute(block.Free(place)[..stored]));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private void Count(ShardRows rows, int row, SpillGroup group, int column, ReadOnlySpan<byte> own, EncodedBlock block, int place)
    {
        if (!gathersStatistics || rows.HeavyIsNull[column].Values[row])
            return;
        Moments moments = new();
        moments.Add(SpilledType(group, column), own, columns[column].Sentinels.AsSpan());
        block.Moments[place] = moments;
    }

    /// <summary>Returns whether the chunk of a row has the bytes of its values: then they need not be copied.</summary>
    private bool IsAsStored(ShardRows rows, int row, SpillGroup group, int[][] chunkShapes, int column) =>
        columns[column].Codec == PieceCodec.None && !rows.HeavyIsNull[column].Values[row]
            && rows.Shapes[column].Row(row).SequenceEqual(chunkShapes[column]) && SpilledType(group, column) == columns[column].DType;

    private DType SpilledType(SpillGroup group, int column) => group.Heavy.First(c => c.Name == columns[column].Name).DType;

    /// <summary>Returns the decoded chunk of one row: the row's own bytes if they are identical, otherwise the scratch memory.</summary>
    private ReadOnlySpan<byte> Chunk(int column, ShardRows rows, int row, SpillGroup group, ReadOnlySpan<byte> own, int[] chunkShape,
        Span<byte> scratch)
    {
        ColumnSchema schema = columns[column];
        if (rows.HeavyIsNull[column].Values[row])
        {
            ElementConversion.Fill(schema.DType, schema.DType.IsFloat() ? double.NaN : 0, scratch);
            return scratch;
        }
        Span<int> shape = rows.Shapes[column].Row(row);
        DType spilled = SpilledType(group, column);
        bool fills = shape.SequenceEqual(chunkShape);
        if (spilled == schema.DType)
        {
            if (fills)
                return own;
            RowPadding.Pad(schema, own, shape, chunkShape, scratch);
            return scratch;
        }
        byte[] converted = new byte[BytesOf(shape, schema.DType)]; // rare: two units differ in dtype
        ElementConversion.Convert(spilled, own, schema.DType, converted);
        if (fills)
            return converted;
        RowPadding.Pad(schema, converted, shape, chunkShape, scratch);
        return scratch;
    }

    private static int FindColumn(ImmutableArray<ColumnSchema> columns, string name)
    {
        for (int i = 0; i < columns.Length; i++)
            if (columns[i].Name == name)
                return i;
        throw new InvalidOperationException($"The heavy column '{name}' of a unit is not in the dataset's schema.");
    }
}
