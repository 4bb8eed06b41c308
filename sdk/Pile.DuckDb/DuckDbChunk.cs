using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>Up to 2048 rows of a result in DuckDB's memory, which the result owns.</summary>
internal sealed class DuckDbChunk : IDisposable
{
    private readonly DataChunkHandle handle;
    private readonly IReadOnlyList<DuckDbField> columns;

    internal DuckDbChunk(DataChunkHandle handle, IReadOnlyList<DuckDbField> columns)
    {
        (this.handle, this.columns) = (handle, columns);
        RowCount = (int)DuckDbNative.DataChunkSize(handle);
    }

    internal int RowCount { get; }

    /// <summary>Returns a column. Call it once per chunk, not once per row.</summary>
    /// <exception cref="ObjectDisposedException">The result has advanced to another chunk, or is closed.</exception>
    internal DuckDbVector this[int column]
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)columns.Count, nameof(column));
            return new(DuckDbNative.DataChunkVector(handle.DangerousGetHandle(), (ulong)column), columns[column].Type, RowCount,
                columns[column].Name);
        }
    }

    /// <summary>Returns the cells of a column; short for <c>chunk[column].Values&lt;T&gt;()</c>.</summary>
    internal ReadOnlySpan<T> Values<T>(int column) where T : unmanaged => this[column].Values<T>();

    public void Dispose() => handle.Dispose();
}
