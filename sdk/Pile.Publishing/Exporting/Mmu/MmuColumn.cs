using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing;

/// <summary>Writes one row of a batch to its place in a dataset of HDF5, which is filled with zeros.</summary>
internal delegate void MmuRowWriter(int row, Span<byte> destination);

/// <summary>One dataset of the exported HDF5 files.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">The type of its elements.</param>
internal abstract class MmuColumn(string name, DType type)
{
    /// <summary>The name of the dataset.</summary>
    internal string Name { get; } = name;

    /// <summary>The type of its elements.</summary>
    internal DType DType { get; } = type;

    /// <summary>The stored columns that it is computed from.</summary>
    internal abstract IEnumerable<string> Sources { get; }

    /// <summary>The stored column that has the meaning of the values; null if the values have no unit.</summary>
    internal virtual ColumnSchema? Meaning => null;

    /// <summary>Returns the shape of a row in a file, slowest axis first. It depends on the rows of the file if the column is
    /// ragged.</summary>
    internal virtual int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) => [];

    /// <summary>Returns the length of a text in a file, in bytes, at least 1; 0 for other types.</summary>
    internal virtual int TextBytesOf(RowReader rows, ReadOnlySpan<int> inFile) => 0;

    /// <summary>Returns the writer of the rows of a batch.</summary>
    /// <param name="batch">The rows with the columns of <see cref="Sources"/>.</param>
    /// <param name="shape">The shape of a row in the file.</param>
    /// <param name="elementBytes">The size of an element in the file.</param>
    internal abstract MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes);

    /// <summary>Returns the largest shape of rows of a column.</summary>
    private protected static int[] LongestOf(RowColumn column, ReadOnlySpan<int> inFile)
    {
        int[] longest = [.. column.Schema.Shape.Select(length => length == ColumnSchema.Ragged ? 0 : length)];
        if (column.Schema.IsRagged)
            foreach (int row in inFile)
                if (!column.IsNull(row))
                {
                    ReadOnlySpan<int> shape = column.ShapeOf(row);
                    for (int axis = 0; axis < longest.Length; axis++)
                        longest[axis] = Math.Max(longest[axis], shape[axis]);
                }
        return longest;
    }
}
