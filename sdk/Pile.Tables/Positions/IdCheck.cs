using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using Pile.Format;

namespace Pile.Tables;

/// <summary>Checks that a table's ids are unique.</summary>
internal static class IdCheck
{
    // The size of the range per id: 64 bits for each.
    private const ulong MaxRange = 64;

    /// <summary>Finds the first row without an id or with the id of an earlier row.</summary>
    /// <param name="ids">The ids as returned by <see cref="ObjectIdColumn"/>: all batches of the table, in order.</param>
    /// <returns>Null if every row has a unique id.</returns>
    /// <remarks>Ascending ids are only compared with their predecessors. Integers within a narrow range are marked in a bit field of up to
    /// 8 bytes per row. Otherwise 8 bytes per row are compared in buckets, and 16 are sorted if two are equal.</remarks>
    public static IdFault? Find(IReadOnlyList<ColumnData> ids)
    {
        long missing = FirstMissing(ids);
        if (IsAscending(ids) || AreMarkedOnce(ids) || !EqualKeys.Exist(ids))
            return missing < 0 ? null : new IdFault(missing, null);
        long repeated = FirstRepeated(ids);
        if (repeated >= 0 && (missing < 0 || repeated < missing))
            return new IdFault(repeated, TextOf(ids, repeated));
        return missing < 0 ? null : new IdFault(missing, null);
    }

    /// <summary>Returns whether a row of a column of ids has no id: it is null or an empty text.</summary>
    public static bool IsMissing(ColumnData ids, int row) => ids.IsNullAt(row) || (ids is TextColumnData text && text.Element(row).IsEmpty);

    private static long FirstMissing(IReadOnlyList<ColumnData> ids)
    {
        long first = 0;
        foreach (ColumnData batch in ids)
        {
            for (int row = 0; (batch is TextColumnData || !batch.IsNull.IsEmpty) && row < batch.RowCount; row++)
                if (IsMissing(batch, row))
                    return first + row;
            first += batch.RowCount;
        }
        return -1;
    }

    private static bool IsAscending(IReadOnlyList<ColumnData> ids)
    {
        long? last = null;
        ReadOnlySpan<byte> lastText = default;
        bool isFirstText = true;
        foreach (ColumnData batch in ids)
        {
            if (batch is ColumnData<long> { IsNull.IsEmpty: true } numbers)
            {
                if (!IsAscending(numbers.Values.Span[..batch.RowCount], ref last))
                    return false;
                continue;
            }
            for (int row = 0; row < batch.RowCount; row++)
            {
                if (IsMissing(batch, row))
                    continue;
                if (batch is ColumnData<long> nullable)
                {
                    if (!IsAscending(nullable.Values.Span.Slice(row, 1), ref last))
                        return false;
                    continue;
                }
                ReadOnlySpan<byte> text = ((TextColumnData)batch).Element(row);
                if (!isFirstText && text.SequenceCompareTo(lastText) <= 0)
                    return false;
                lastText = text;
                isFirstText = false;
            }
        }
        return true;
    }

    private static bool IsAscending(ReadOnlySpan<long> numbers, ref long? last)
    {
        if (numbers.IsEmpty)
            return true;
        if (numbers[0] <= last)
            return false;
        for (int i = 1; i < numbers.Length; i++)
            if (numbers[i] <= numbers[i - 1])
                return false;
        last = numbers[^1];
        return true;
    }

    // Marks a bit per number in the range of the ids. Also returns false if they are text, or if the range is wide.
    private static bool AreMarkedOnce(IReadOnlyList<ColumnData> ids)
    {
        (long least, long greatest, ulong count) = (long.MaxValue, long.MinValue, 0);
        foreach (ColumnData batch in ids)
        {
            if (batch is not ColumnData<long> numbers)
                return false;
            ReadOnlySpan<long> values = numbers.Values.Span;
            if (batch.IsNull.IsEmpty && !values.IsEmpty)
                (least, greatest, count) = (Math.Min(least, TensorPrimitives.Min(values)),
                    Math.Max(greatest, TensorPrimitives.Max(values)), count + (ulong)values.Length);
            else
                for (int row = 0; row < batch.RowCount; row++)
                    if (!batch.IsNullAt(row))
                        (least, greatest, count) = (Math.Min(least, values[row]), Math.Max(greatest, values[row]), count + 1);
        }
        if (count == 0 || (ulong)greatest - (ulong)least >= count * MaxRange)
            return count == 0;
        ulong[] marks = new ulong[(((ulong)greatest - (ulong)least) / 64) + 1];
        foreach (ColumnData batch in ids)
        {
            ReadOnlySpan<long> values = ((ColumnData<long>)batch).Values.Span;
            ReadOnlySpan<bool> isNull = batch.IsNull.Span;
            for (int row = 0; row < values.Length; row++)
            {
                if (!isNull.IsEmpty && isNull[row])
                    continue;
                ulong place = (ulong)values[row] - (ulong)least, mark = 1UL << (int)(place & 63);
                if ((marks[place >> 6] & mark) != 0)
                    return false;
                marks[place >> 6] |= mark;
            }
        }
        return true;
    }

    // Sorts rows by a 64-bit key: the number itself, or a hash of the text. The texts of rows with equal keys are compared.
    private static long FirstRepeated(IReadOnlyList<ColumnData> ids)
    {
        List<long> keyList = [], rowList = [];
        long first = 0;
        foreach (ColumnData batch in ids)
        {
            for (int row = 0; row < batch.RowCount; row++)
                if (!IsMissing(batch, row))
                {
                    keyList.Add(batch is ColumnData<long> numbers ? numbers.Values.Span[row]
                        : EqualKeys.HashOf(((TextColumnData)batch).Element(row)));
                    rowList.Add(first + row);
                }
            first += batch.RowCount;
        }
        long[] keys = [.. keyList], rows = [.. rowList];
        Array.Sort(keys, rows);
        long repeated = -1;
        for (int i = 0, end; i < keys.Length; i = end)
        {
            end = i + 1;
            while (end < keys.Length && keys[end] == keys[i])
                end++;
            if (end - i > 1 && FirstRepeatedOf(ids, rows.AsSpan(i, end - i)) is >= 0 and var row && (repeated < 0 || row < repeated))
                repeated = row;
        }
        return repeated;
    }

    private static long FirstRepeatedOf(IReadOnlyList<ColumnData> ids, Span<long> rows)
    {
        rows.Sort();
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (long row in rows)
            if (!seen.Add(TextOf(ids, row)))
                return row;
        return -1;
    }

    private static string TextOf(IReadOnlyList<ColumnData> ids, long row)
    {
        foreach (ColumnData batch in ids)
        {
            if (row < batch.RowCount)
                return batch is ColumnData<long> numbers ? numbers.Values.Span[(int)row].ToString(CultureInfo.InvariantCulture)
                    : Encoding.UTF8.GetString(((TextColumnData)batch).Element((int)row));
            row -= batch.RowCount;
        }
        throw new ArgumentOutOfRangeException(nameof(row), row, "The table has fewer rows.");
    }
}
