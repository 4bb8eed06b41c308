using System.Globalization;
using System.Numerics;

namespace Pile.Format;

/// <summary>A code of a column with categories that has no name.</summary>
/// <param name="Row">The row of the batch.</param>
/// <param name="Code">The code.</param>
internal sealed record UnnamedCode(int Row, string Code)
{
    /// <summary>Finds the first one; null if all codes have names.</summary>
    /// <exception cref="ArgumentException">The column does not have integers.</exception>
    internal static UnnamedCode? In(ColumnData column)
    {
        HashSet<Int128> known = [.. column.Schema.Categories.Select(c => (Int128)c.Code)];
        return column switch
        {
            ColumnData<sbyte> c => First(c),
            ColumnData<byte> c => First(c),
            ColumnData<short> c => First(c),
            ColumnData<ushort> c => First(c),
            ColumnData<int> c => First(c),
            ColumnData<uint> c => First(c),
            ColumnData<long> c => First(c),
            ColumnData<ulong> c => First(c),
            _ => throw new ArgumentException($"Categories need a column of integer codes, found {column.Schema.DType.Name()}."),
        };

        UnnamedCode? First<T>(ColumnData<T> c) where T : unmanaged, IBinaryInteger<T>
        {
            for (int row = 0; row < c.RowCount; row++)
                foreach (T code in c.Row(row))
                    if (!c.IsNullAt(row) && !known.Contains(Int128.CreateChecked(code)))
                        return new UnnamedCode(row, code.ToString(null, CultureInfo.InvariantCulture));
            return null;
        }
    }
}
