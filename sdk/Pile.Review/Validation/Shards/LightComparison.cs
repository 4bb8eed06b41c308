using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;

namespace Pile.Review;

/// <summary>S003: the values of one light column in a shard equal those of the index.</summary>
internal sealed class LightComparison
{
    private const long BufferBytes = 16 << 20;
    private readonly DatasetUnderReview dataset;
    private readonly DatasetFile shard;
    private readonly Hdf5Dataset values;
    private readonly Hdf5Dataset? isNull;
    private readonly bool isOfPosition;

    private LightComparison(DatasetUnderReview dataset, DatasetFile shard, ColumnSchema column, Hdf5Dataset values, Hdf5Dataset? isNull,
        bool isOfPosition) =>
        (this.dataset, this.shard, Column, this.values, this.isNull, this.isOfPosition, Statistics) =
            (dataset, shard, column, values, isNull, isOfPosition, new ColumnStatisticsBuilder(column));

    internal ColumnSchema Column { get; }

    /// <summary>Returns null if the dataset is missing in the shard, or differs from the manifest, which is already a finding.</summary>
    internal static LightComparison? Of(DatasetUnderReview dataset, DatasetFile shard, ColumnSchema column, ShardDatasets datasets,
        bool hasPositions)
    {
        Hdf5Dataset? found = datasets.Find(column.Name), nulls = column.Nullable ? datasets.Find(ColumnNames.IsNull(column.Name)) : null;
        return found is null || (column.Nullable && nulls is null) ? null : new LightComparison(dataset, shard, column, found, nulls,
            hasPositions && IndexPositions.IsColumn(dataset, column));
    }

    /// <summary>Compares consecutive rows of the shard.</summary>
    /// <param name="rows">Rows of the index.</param>
    /// <param name="first">The first row to compare.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="shardRow">The row of the shard that corresponds to the first row.</param>
    internal void Compare(TileChunk rows, int first, int count, long shardRow)
    {
        int atOnce = (int)Math.Clamp(BufferBytes / Math.Max(values.RowBytes, 1), 1, count);
        for (int done = 0; done < count; done += atOnce)
        {
            int some = Math.Min(atOnce, count - done);
            try
            {
                bool[] nulls = new bool[some];
                isNull?.ReadRows<bool>(shardRow + done, some, nulls);
                if (Column.IsBytes)
                    CompareBytes(rows, first + done, some, shardRow + done, nulls);
                else if (Column.DType == DType.String)
                    CompareTexts(rows, first + done, some, shardRow + done, nulls);
                else
                    CompareNumbers(rows, first + done, some, shardRow + done, nulls);
            }
            catch (Hdf5Exception e)
            {
                Differs(shardRow + done, $"expected {some} rows that can be read: {e.Message}");
            }
        }
    }

    private void CompareNumbers(TileChunk rows, int first, int count, long shardRow, bool[] nulls)
    {
        byte[] stored = new byte[count * values.RowBytes];
        values.ReadRowBytes(shardRow, count, stored);
        List<byte> counted = new(stored.Length);
        int elementBytes = Column.DType.ElementBytes(), rowBytes = (int)values.RowBytes;
        DuckDbVector vector = rows[Column.SqlName];
        ReadOnlySpan<byte> cells = CellBytes.Of(Column.IsScalar ? vector : vector.Child, Column.DType);
        ReadOnlySpan<DuckDbListEntry> entries = Column.IsScalar ? default : vector.Values<DuckDbListEntry>();
        for (int i = 0; i < count; i++)
        {
            if (IsNullOrDiffers(vector, first + i, nulls[i], shardRow + i))
            {
                Statistics.AddNull();
                if (Column.IsScalar && nulls[i] && !Filling.IsOfNull(Column.DType, stored.AsSpan(i * rowBytes, rowBytes)))
                    Differs(shardRow + i, $"expected {(Column.DType.IsFloat() ? "NaN" : "0")} as the element of a missing value, found "
                        + Text(stored.AsSpan(i * rowBytes, rowBytes), 0));
                continue;
            }
            long bytes = Column.IsScalar ? rowBytes : entries[first + i].Length * elementBytes;
            if (!Column.IsRagged && bytes != rowBytes)
                continue; // a wrong number of values is reported by the check of the tile
            if (bytes > rowBytes)
            {
                Differs(shardRow + i,
                    $"expected space for a list of {bytes / elementBytes}, as in the index, found {rowBytes / elementBytes}");
                continue;
            }
            ReadOnlySpan<byte> found = stored.AsSpan(i * rowBytes, (int)bytes);
            ReadOnlySpan<byte> expected = cells.Slice(Column.IsScalar ? (first + i) * elementBytes
                : (int)entries[first + i].Offset * elementBytes, (int)bytes);
            counted.AddRange(found);
            if (Column.IsRagged && Filling.FirstWrong(Column, stored.AsSpan(i * rowBytes, rowBytes), [bytes / elementBytes],
                [rowBytes / elementBytes]) is >= 0 and var wrong)
                Differs(shardRow + i, $"expected the padding of the manifest after the row's {bytes / elementBytes} elements, found "
                    + $"{Text(stored.AsSpan(i * rowBytes, rowBytes), wrong)} at element {wrong}");
            if (!expected.SequenceEqual(found) && FirstDifference(expected, found) is >= 0 and var element
                && !IsFaultOfIndex(rows, first + i, expected))
                Differs(shardRow + i, $"expected {Text(expected, element)}, as in the index, found "
                    + $"{Text(found, element)}{(Column.IsScalar ? "" : $" at element {element}")}");
        }
        Statistics.Add(Column.DType, CollectionsMarshal.AsSpan(counted));
    }

    private void CompareBytes(TileChunk rows, int first, int count, long shardRow, bool[] nulls)
    {
        int rowBytes = (int)values.RowBytes;
        byte[] stored = new byte[count * rowBytes];
        values.ReadRowBytes(shardRow, count, stored);
        DuckDbVector vector = rows[Column.SqlName];
        for (int i = 0; i < count; i++)
        {
            if (IsNullOrDiffers(vector, first + i, nulls[i], shardRow + i))
            {
                Statistics.AddNull();
                continue;
            }
            ReadOnlySpan<byte> expected = vector.Blob(first + i);
            if (expected.Length > rowBytes)
                Differs(shardRow + i, $"expected space for {expected.Length} bytes, as in the index, found {rowBytes}");
            else if (expected.CommonPrefixLength(stored.AsSpan(i * rowBytes, expected.Length)) is var same && same < expected.Length)
                Differs(shardRow + i, $"expected {expected[same]}, as in the index, found {stored[(i * rowBytes) + same]} at byte {same}");
            Statistics.Add(DType.UInt8, stored.AsSpan(i * rowBytes, Math.Min(expected.Length, rowBytes)));
        }
    }

    /// <summary>The statistics of the compared values.</summary>
    internal ColumnStatisticsBuilder Statistics { get; private init; }

    private void CompareTexts(TileChunk rows, int first, int count, long shardRow, bool[] nulls)
    {
        (byte[] utf8, int[] starts) = values.ReadUtf8(shardRow, count);
        int perRow = values.ElementsPerRow;
        DuckDbVector vector = rows[Column.SqlName], cells = Column.IsScalar ? vector : vector.Child;
        ReadOnlySpan<DuckDbListEntry> entries = Column.IsScalar ? default : vector.Values<DuckDbListEntry>();
        for (int i = 0; i < count; i++)
        {
            if (IsNullOrDiffers(vector, first + i, nulls[i], shardRow + i))
            {
                Statistics.AddNull();
                continue;
            }
            if (!Column.IsScalar && !Column.IsRagged && entries[first + i].Length != perRow)
                continue;
            int length = Column.IsScalar ? 1 : (int)entries[first + i].Length;
            for (int e = 0; e < Math.Min(length, perRow); e++)
                Statistics.AddText(utf8.AsSpan(starts[(i * perRow) + e]..starts[(i * perRow) + e + 1]));
            if (length > perRow)
                Differs(shardRow + i, $"expected space for a list of {length}, as in the index, found {perRow}");
            for (int e = 0; e < Math.Min(length, perRow); e++)
            {
                int cell = Column.IsScalar ? first + i : (int)entries[first + i].Offset + e, place = (i * perRow) + e;
                if (!cells.Utf8(cell).SequenceEqual(utf8.AsSpan(starts[place]..starts[place + 1]))
                    && !(IsId && dataset.RepeatedIds.Contains(cells.Text(cell) ?? "")))
                {
                    Differs(shardRow + i, $"expected '{cells.Text(cell)}', as in the index, found "
                        + $"'{System.Text.Encoding.UTF8.GetString(utf8.AsSpan(starts[place]..starts[place + 1]))}'"
                        + $"{(Column.IsScalar ? "" : $" at element {e}")}");
                    break;
                }
            }
        }
    }

    private bool IsId => Column.Name == "object_id";

    /// <summary>Returns whether the value of the index is already a finding: C004 or I004 of a position, C005 of an id. That the shard has
    /// another value is then no finding about the shard.</summary>
    private bool IsFaultOfIndex(TileChunk rows, int row, ReadOnlySpan<byte> value) =>
        isOfPosition ? IndexPositions.HasFinding(dataset, rows, row) : IsId && dataset.RepeatedIds.Contains(Text(value, 0));

    private bool IsNullOrDiffers(DuckDbVector vector, int row, bool isNullInShard, long shardRow)
    {
        bool isNullInIndex = !vector.IsValid(row);
        // a value that is missing but must not be is reported by the check of the tile
        if (isNullInIndex != isNullInShard && (Column.Nullable || !isNullInIndex))
            Differs(shardRow,
                $"expected {(isNullInIndex ? "no value" : "a value")}, as in the index, found {(isNullInShard ? "none" : "one")}");
        return isNullInIndex || isNullInShard;
    }

    /// <summary>Returns the first element that differs; -1 if all are equal. The bits of NaN may differ.</summary>
    private int FirstDifference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        int bytes = Column.DType.ElementBytes();
        for (int i = 0; i < expected.Length; i += bytes)
        {
            bool isSame = expected.Slice(i, bytes).SequenceEqual(found.Slice(i, bytes))
                || (Column.DType == DType.Float64 && double.IsNaN(MemoryMarshal.Read<double>(expected[i..]))
                    && double.IsNaN(MemoryMarshal.Read<double>(found[i..])))
                || (Column.DType == DType.Float32 && float.IsNaN(MemoryMarshal.Read<float>(expected[i..]))
                    && float.IsNaN(MemoryMarshal.Read<float>(found[i..])));
            if (!isSame)
                return i / bytes;
        }
        return -1;
    }

    private string Text(ReadOnlySpan<byte> row, int element)
    {
        ReadOnlySpan<byte> value = row[(element * Column.DType.ElementBytes())..];
        return Column.DType switch
        {
            DType.Bool => value[0] != 0 ? "true" : "false",
            DType.Int8 => ((sbyte)value[0]).ToString(),
            DType.UInt8 => value[0].ToString(),
            DType.Int16 => MemoryMarshal.Read<short>(value).ToString(),
            DType.UInt16 => MemoryMarshal.Read<ushort>(value).ToString(),
            DType.Int32 => MemoryMarshal.Read<int>(value).ToString(),
            DType.UInt32 => MemoryMarshal.Read<uint>(value).ToString(),
            DType.Int64 => MemoryMarshal.Read<long>(value).ToString(),
            DType.UInt64 => MemoryMarshal.Read<ulong>(value).ToString(),
            DType.Float32 => MemoryMarshal.Read<float>(value).ToString("R"),
            _ => MemoryMarshal.Read<double>(value).ToString("R"),
        };
    }

    private void Differs(long row,
        string message) => dataset.Log.Error(FindingCodes.ShardIndexMismatch, shard.Path, message, row, Column.Name);
}
