using System.Runtime.InteropServices;

namespace Pile.DuckDb;

/// <content>Writes single rows to chunks, in any order.</content>
internal abstract partial class DuckDbColumn
{
    /// <summary>Writes rows of columns of one type, each to its place in a chunk.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows of each column.</param>
    /// <param name="writer">The column of the chunk.</param>
    /// <param name="rowCount">The number of rows of all columns, whose places are 0 to <paramref name="rowCount"/> - 1.</param>
    /// <exception cref="NotSupportedException">A column was created from fixed-length texts or nested lists.</exception>
    internal static void WriteRows(IReadOnlyList<DuckDbColumn> columns, IReadOnlyList<List<RowPlace>> rows, DuckDbVectorWriter writer,
        int rowCount)
    {
        if (writer.Type.Id is DuckDbTypeId.List)
        {
            Span<int> lengths = stackalloc int[DuckDbChunkWriter.Capacity];
            for (int i = 0; i < columns.Count; i++)
                columns[i].GetLengths(CollectionsMarshal.AsSpan(rows[i]), lengths);
            writer.BeginLists(lengths[..rowCount]);
        }
        for (int i = 0; i < columns.Count; i++)
            if (rows[i].Count > 0)
                columns[i].WriteRows(writer, CollectionsMarshal.AsSpan(rows[i]), isRepeated: false);
    }

    /// <summary>Writes rows to their places; if the column is repeated, its first row.</summary>
    private void WriteRows(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated)
    {
        WriteValues(writer, rows, isRepeated);
        if (isNull.IsEmpty)
            return;
        ReadOnlySpan<bool> nulls = isNull.Span;
        foreach (RowPlace row in rows)
            if (nulls[isRepeated ? 0 : row.Row])
                writer.SetNull(row.Place);
    }

    private protected virtual void WriteValues(DuckDbVectorWriter writer, ReadOnlySpan<RowPlace> rows, bool isRepeated) =>
        throw new NotSupportedException($"The rows of {GetType().Name} cannot be written one by one.");

    /// <summary>Stores the length of the list of each row at its place.</summary>
    private protected virtual void GetLengths(ReadOnlySpan<RowPlace> rows, Span<int> lengths) =>
        throw new NotSupportedException($"The rows of {GetType().Name} cannot be written one by one.");
}
