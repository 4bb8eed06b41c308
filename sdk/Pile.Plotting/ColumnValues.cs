using Pile.Format;
using Pile.Reading;

namespace Pile.Plotting;

/// <summary>Reads light columns of many rows as float64, NaN for missing values.</summary>
internal static class ColumnValues
{
    /// <summary>Reads columns with one number per row.</summary>
    /// <param name="query">The rows.</param>
    /// <param name="names">The columns.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The columns and their values: missing values and the column's sentinels are NaN.</returns>
    /// <exception cref="ArgumentException">A column is unknown, or does not have one number per row.</exception>
    internal static async Task<(ColumnSchema Schema, double[] Values)[]> ReadAsync(Query query, IReadOnlyList<string> names,
        CancellationToken cancellationToken)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal)];
        List<ColumnData>[] parts = [.. distinct.Select(_ => new List<ColumnData>())];
        await foreach (RowBatch batch in query.Dataset.QueryAsync(query.Columns(distinct), cancellationToken).ConfigureAwait(false))
            for (int i = 0; i < parts.Length; i++)
            {
                Require(batch.Columns[i].Schema);
                parts[i].Add(batch.Columns[i]);
            }
        (ColumnSchema, double[])[] read = [.. parts.Select(column => (column[0].Schema, Values(column)))];
        return [.. names.Select(name => read[Array.IndexOf(distinct, name)])];
    }

    private static void Require(ColumnSchema column)
    {
        if (!column.IsScalar || column.DType == DType.String)
            throw new ArgumentException($"Column '{column.Name}' is {column.DType.Name()}"
                + $"{(column.IsScalar ? "" : $" of shape [{string.Join(", ", column.Shape)}]")}: expected a column with one number per "
                + $"row.");
    }

    private static double[] Values(List<ColumnData> parts)
    {
        double[] values = new double[parts.Sum(p => p.RowCount)];
        int next = 0;
        foreach (ColumnData part in parts)
        {
            Span<double> target = values.AsSpan(next, part.RowCount);
            Copy(part, target);
            for (int row = 0; row < target.Length; row++)
                if (part.IsNullAt(row) || part.Schema.IsSentinel(target[row]))
                    target[row] = double.NaN;
            next += part.RowCount;
        }
        return values;
    }

    private static void Copy(ColumnData part, Span<double> target)
    {
        switch (part)
        {
            case ColumnData<double> c: c.Values.Span.CopyTo(target); break;
            case ColumnData<float> c: Convert(c.Values.Span, target); break;
            case ColumnData<long> c: Convert(c.Values.Span, target); break;
            case ColumnData<int> c: Convert(c.Values.Span, target); break;
            case ColumnData<short> c: Convert(c.Values.Span, target); break;
            case ColumnData<sbyte> c: Convert(c.Values.Span, target); break;
            case ColumnData<ulong> c: Convert(c.Values.Span, target); break;
            case ColumnData<uint> c: Convert(c.Values.Span, target); break;
            case ColumnData<ushort> c: Convert(c.Values.Span, target); break;
            case ColumnData<byte> c: Convert(c.Values.Span, target); break;
            default:
                for (int row = 0; row < target.Length; row++)
                    target[row] = RowNumbers.Of(part, row) is [var value] ? value : double.NaN;
                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<T> values, Span<double> target) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        for (int i = 0; i < target.Length; i++)
            target[i] = double.CreateTruncating(values[i]);
    }
}
