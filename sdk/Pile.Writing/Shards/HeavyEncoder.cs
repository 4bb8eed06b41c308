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
    internal EncodedBlock Encode(ShardRows rows, int[][] chunkShapes, int firstRow, int rowCount)
    {
        int[] chunkBytes = new int[columns.Length];
        int most = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            chunkBytes[i] = BytesOf(chunkShapes[i], columns[i].DType);
            most = checked(most + PieceEncoder.MaxStoredBytes(columns[i].Codec, chunkBytes[i]));
        }
        EncodedBlock block = new(firstRow, rowCount, columns.Length, checked(most * rowCount));
        PieceEncoder encoder = encoders.TryTake(out PieceEncoder? idle) ? idle : new PieceEncoder();
        try
        {
            for (int row = 0; row < rowCount; row++)
                EncodeRow(rows, chunkShapes, chunkBytes, firstRow + row, row * columns.Length, block, encoder);
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
        int rawBytes = 0;
        for (int i = 0; i < group.Heavy.Length; i++)
        {
            int target = targets[groupNumber][i], length = BytesOf(rows.Shapes[target].Row(row), group.Heavy[i].DType);
            places[target] = (rawBytes, length);
            rawBytes = checked(rawBytes + length);
        }
        byte[] raw = ArrayPool<byte>.Shared.Rent(rawBytes), scratch = ArrayPool<byte>.Shared.Rent(chunkBytes.Max());
        try
        {
            files.Read(rows.Unit.Values[row], rows.HeavyStart(row), raw.AsSpan(0, rawBytes));
            for (int i = 0; i < columns.Length; i++)
            {
                ReadOnlySpan<byte> own = raw.AsSpan(places[i].Start, places[i].Length);
                if (gathersStatistics && !rows.HeavyIsNull[i].Values[row])
                {
                    Moments moments = new();
                    moments.Add(group.Heavy.First(c => c.Name == columns[i].Name).DType, own, columns[i].Sentinels.AsSpan());
                    block.Moments[firstChunk + i] = moments;
                }
                ReadOnlySpan<byte> chunk = Chunk(i, rows, row, group, own, chunkShapes[i], scratch.AsSpan(0, chunkBytes[i]));
                int stored = chunk.IsEmpty ? 0
                    : encoder.Encode(columns[i].Codec, chunk, columns[i].DType.ElementBytes(), block.Free(firstChunk + i));
                block.Set(firstChunk + i, stored, Crc32C.Compute(block.Free(firstChunk + i)[..stored]));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

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
        DType spilled = group.Heavy.First(c => c.Name == schema.Name).DType;
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
