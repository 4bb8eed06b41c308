using System.Buffers;
using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <summary>Collects the rows of columns of one type, and returns them as one column. Lists may have one length in some of the columns and
/// another in others.</summary>
internal sealed class DuckDbColumnJoin
{
    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly List<int> ends = [0];
    private readonly List<bool> isNull = [];
    private DuckDbColumn? first;
    private bool hasNull;

    /// <summary>Copies the rows of a column.</summary>
    /// <exception cref="NotSupportedException">The column was created from fixed-length texts or nested lists.</exception>
    internal void Add(DuckDbColumn column)
    {
        first ??= column;
        for (int row = 0; row < column.RowCount; row++)
        {
            bytes.Write(column.RowBytes(row));
            ends.Add(bytes.WrittenCount);
            bool isMissing = column.IsNullAt(row);
            isNull.Add(isMissing);
            hasNull |= isMissing;
        }
    }

    /// <summary>Returns the rows, whose memory is that of this object. At least one column must have been added.</summary>
    internal DuckDbColumn Join() => first!.WithRows(CollectionsMarshal.AsSpan(ends), MemoryMarshal.AsMemory(bytes.WrittenMemory),
        hasNull ? isNull.ToArray() : default(ReadOnlyMemory<bool>));
}
