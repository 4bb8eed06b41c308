using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>Up to 2048 rows in DuckDB's memory, which the result or the call that they belong to owns.</summary>
internal sealed class DuckDbChunk : IDisposable
{
    private readonly DataChunkHandle? handle;
    private readonly IReadOnlyList<DuckDbField> columns;
    private readonly int firstColumn;
    private nint chunk;

    internal DuckDbChunk(DataChunkHandle handle, IReadOnlyList<DuckDbField> columns) : this(handle.DangerousGetHandle(), columns, 0) =>
        this.handle = handle;

    /// <param name="chunk">A chunk that DuckDB owns, and keeps until this is disposed.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="firstColumn">The place of the first of them in the chunk.</param>
    internal DuckDbChunk(nint chunk, IReadOnlyList<DuckDbField> columns, int firstColumn)
    {
        (this.chunk, this.columns, this.firstColumn) = (chunk, columns, firstColumn);
        RowCount = (int)DuckDbNative.ChunkSize(chunk);
    }

    internal int RowCount { get; }

    /// <summary>Returns a column. Call it once per chunk, not once per row.</summary>
    /// <exception cref="ObjectDisposedException">The result has advanced to another chunk, or is closed.</exception>
    internal DuckDbVector this[int column]
    {
        get
        {
            ObjectDisposedException.ThrowIf(chunk is 0, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)columns.Count, nameof(column));
            return new(DuckDbNative.DataChunkVector(chunk, (ulong)(firstColumn + column)), columns[column].Type, RowCount,
                columns[column].Name);
        }
    }

    /// <summary>Returns the cells of a column; short for <c>chunk[column].Values&lt;T&gt;()</c>.</summary>
    internal ReadOnlySpan<T> Values<T>(int column) where T : unmanaged => this[column].Values<T>();

    public void Dispose()
    {
        chunk = 0;
        handle?.Dispose();
    }
}
