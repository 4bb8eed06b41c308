using DuckDB.NET.Native;
using static DuckDB.NET.Native.NativeMethods;

namespace Pile.DuckDb;

/// <summary>Up to 2048 rows in DuckDB's memory.</summary>
internal sealed class DuckDbChunk : IDisposable
{
    private readonly DuckDBDataChunk chunk;
    private readonly IReadOnlyList<DuckDbField> columns;
    private readonly int firstColumn;

    /// <param name="chunk">The chunk, which is disposed with this. DuckDB keeps one that the handle does not own.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="firstColumn">The place of the first of them in the chunk.</param>
    internal DuckDbChunk(DuckDBDataChunk chunk, IReadOnlyList<DuckDbField> columns, int firstColumn = 0)
    {
        (this.chunk, this.columns, this.firstColumn) = (chunk, columns, firstColumn);
        RowCount = (int)DataChunks.DuckDBDataChunkGetSize(chunk);
    }

    internal int RowCount { get; }

    /// <summary>Returns a column. Call it once per chunk, not once per row.</summary>
    /// <exception cref="ObjectDisposedException">The result has advanced to another chunk, or is closed.</exception>
    internal DuckDbVector this[int column]
    {
        get
        {
            ObjectDisposedException.ThrowIf(chunk.IsClosed, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)columns.Count, nameof(column));
            return new(DataChunks.DuckDBDataChunkGetVector(chunk, firstColumn + column), columns[column].Type, RowCount,
                columns[column].Name);
        }
    }

    /// <summary>Returns the cells of a column; short for <c>chunk[column].Values&lt;T&gt;()</c>.</summary>
    internal ReadOnlySpan<T> Values<T>(int column) where T : unmanaged => this[column].Values<T>();

    public void Dispose() => chunk.Dispose();
}
