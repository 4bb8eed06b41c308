namespace Pile.Parquet;

/// <summary>The place in a file that a row group was given; whoever has it writes the group's columns, on any thread.</summary>
internal sealed class RowGroupPlace
{
    internal RowGroupPlace(int rowCount, ColumnChunk[] chunks, byte[][] heads) => (RowCount, Chunks, Heads) = (rowCount, chunks, heads);

    /// <summary>Rows of the group.</summary>
    public int RowCount { get; }

    internal ColumnChunk[] Chunks { get; }

    internal byte[][] Heads { get; }
}
