using System.Buffers;
using Pile.Format;

namespace Pile.Writing.Spill;

/// <summary>A column of a batch in the form of the row file: the bytes and the shape of each row.</summary>
internal sealed class SpilledColumn : IDisposable
{
    private readonly ColumnData data;
    private readonly byte[] joined = [];
    private readonly int[] starts = [];

    /// <summary>Converts a column. Heavy columns are not changed. The elements of a vector of text are separated by NUL; those of a list of
    /// text are each followed by NUL, so that an empty list differs from one empty text.</summary>
    internal SpilledColumn(ColumnData data, ColumnSchema schema)
    {
        (this.data, Schema) = (data, schema);
        if (data is not TextColumnData text)
        {
            for (int row = 0; row < (IsRagged ? data.RowCount : Math.Min(data.RowCount, 1)); row++)
                LongestRowBytes = Math.Max(LongestRowBytes, data.RowBytes(row).Length);
            return;
        }
        bool isList = text.Schema.IsRagged;
        joined = ArrayPool<byte>.Shared.Rent(text.Utf8.Length + text.Starts.Length);
        starts = new int[text.RowCount + 1];
        int end = 0;
        for (int row = 0; row < text.RowCount; row++)
        {
            for (int element = 0; element < text.ElementsOf(row); element++)
            {
                if (element > 0 && !isList)
                    joined[end++] = 0;
                ReadOnlySpan<byte> bytes = text.Element(row, element);
                bytes.CopyTo(joined.AsSpan(end));
                end += bytes.Length;
                if (isList)
                    joined[end++] = 0;
            }
            starts[row + 1] = end;
        }
    }

    /// <summary>The column as its part has it.</summary>
    internal ColumnSchema Schema { get; }

    internal bool IsText => data is TextColumnData;

    /// <summary>True if the rows of the batch may differ in shape.</summary>
    internal bool IsRagged => data.Schema.IsRagged;

    /// <summary>The size of the longest row; 0 for text.</summary>
    internal int LongestRowBytes { get; }

    internal ReadOnlyMemory<bool> IsNull => data.IsNull;

    internal int Rank => IsText ? 1 : data.Schema.Shape.Length;

    internal ReadOnlySpan<byte> Row(int row) => IsText ? joined.AsSpan(starts[row]..starts[row + 1]) : data.RowBytes(row);

    /// <summary>Returns the memory of texts, whose bytes must not be used afterwards.</summary>
    public void Dispose()
    {
        if (joined.Length > 0)
            ArrayPool<byte>.Shared.Return(joined);
    }

    /// <summary>Writes the row's shape; for text the number of bytes.</summary>
    internal void ShapeOf(int row, Span<int> shape)
    {
        if (IsText)
            shape[0] = starts[row + 1] - starts[row];
        else
            data.ShapeOf(row).CopyTo(shape);
    }
}
