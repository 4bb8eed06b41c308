namespace Pile.Parquet;

/// <summary>The space in a file that is assigned to a row group. Its owner writes the group's columns, on any thread.</summary>
internal sealed class RowGroupPlace
{
    internal RowGroupPlace(int rowCount, ColumnChunk[] chunks, byte[][] heads) => (RowCount, Chunks, Heads) = (rowCount, chunks, heads);

    /// <summary>The number of rows of the group.</summary>
    public int RowCount { get; }

    internal ColumnChunk[] Chunks { get; }

    internal byte[][] Heads { get; }
}
