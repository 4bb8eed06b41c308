using System.Numerics;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>Checks values against what their column declares of them: the names of its codes, the encoding of its bytes.</summary>
internal static class MeaningCheck
{
    /// <summary>Checks a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="firstRow">The number of the batch's first row in the unit.</param>
    /// <exception cref="ValueInvalidException">A code has no name, or bytes are not of the encoding.</exception>
    internal static void Check(RowBatch batch, string source, long firstRow)
    {
        foreach (ColumnData column in batch.Columns)
        {
            if (!column.Schema.Categories.IsEmpty)
                CheckCodes(column, source, firstRow);
            if (column.Schema.Encoding is { } encoding)
                CheckBytes((ColumnData<byte>)column, encoding, source, firstRow);
        }
    }

    private static void CheckCodes(ColumnData column, string source, long firstRow)
    {
        HashSet<Int128> known = [.. column.Schema.Categories.Select(c => (Int128)c.Code)];
        switch (column)
        {
            case ColumnData<sbyte> c: Each(c); break;
            case ColumnData<byte> c: Each(c); break;
            case ColumnData<short> c: Each(c); break;
            case ColumnData<ushort> c: Each(c); break;
            case ColumnData<int> c: Each(c); break;
            case ColumnData<uint> c: Each(c); break;
            case ColumnData<long> c: Each(c); break;
            case ColumnData<ulong> c: Each(c); break;
            default:
                throw new SchemaMismatchException(source, column.Schema.Name, $"categories are the names of integer codes, found {column.Schema.DType.Name()}", "Give codes, or leave the categories out");
        }

        void Each<T>(ColumnData<T> c) where T : unmanaged, IBinaryInteger<T>
        {
            for (int row = 0; row < c.RowCount; row++)
                foreach (T code in c.Row(row))
                    if (!c.IsNullAt(row) && !known.Contains(Int128.CreateChecked(code)))
                        throw new ValueInvalidException(source, firstRow + row, c.Schema.Name, $"the code {code}", $"one of the {known.Count} that its categories name", "Add it to the categories, or correct it at its source");
        }
    }

    private static void CheckBytes(ColumnData<byte> column, string encoding, string source, long firstRow)
    {
        for (int row = 0; row < column.RowCount; row++)
            if (!column.IsNullAt(row) && column.Row(row) is var bytes && !Encodings.MayBe(encoding, bytes))
                throw new ValueInvalidException(source, firstRow + row, column.Schema.Name, $"'{Convert.ToHexString(bytes[..Math.Min(bytes.Length, 8)])}' ({bytes.Length} bytes)", $"how a file of encoding '{encoding}' begins",
                    "Declare the encoding that it has, or make the row null");
    }
}
