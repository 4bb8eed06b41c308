using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Native;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>The rows of a query, read chunk by chunk while DuckDB produces them.</summary>
internal sealed class DuckDbResult : IDisposable
{
    private readonly DuckDbConnection connection;
    private readonly ResultHandle handle;
    private readonly string sql;
    private readonly CancellationTokenRegistration interrupt;
    private readonly CancellationToken cancellationToken;
    private DuckDbChunk? chunk;

    internal DuckDbResult(DuckDbConnection connection, ResultHandle handle, string sql, CancellationTokenRegistration interrupt,
        CancellationToken cancellationToken)
    {
        (this.connection, this.handle, this.sql, this.interrupt, this.cancellationToken) =
            (connection, handle, sql, interrupt, cancellationToken);
        int count = (int)NativeMethods.Query.DuckDBColumnCount(ref handle.Value);
        var columns = new DuckDbField[count];
        for (int i = 0; i < count; i++)
        {
            using DuckDBLogicalType type = LiveHandles.Add(NativeMethods.Query.DuckDBColumnLogicalType(ref handle.Value, i));
            columns[i] = new(NativeMethods.Query.DuckDBColumnName(ref handle.Value, i) ?? "", DuckDbType.From(type));
        }
        Columns = columns;
    }

    /// <summary>Name and type of each column, in order.</summary>
    internal IReadOnlyList<DuckDbField> Columns { get; }

    /// <summary>Returns the index of a column by its name, ignoring case as DuckDB does; -1 if there is no such column.</summary>
    internal int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
            if (string.Equals(Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
                return i;
        return -1;
    }

    /// <summary>Reads the next chunk, of 1 to 2048 rows.</summary>
    /// <param name="next">The chunk. It and its spans are valid until the next call, or until the result is disposed.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="DuckDbException">The query failed in a later row.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The result was disposed, or a later statement on its connection closed it.</exception>
    internal bool TryNextChunk([NotNullWhen(true)] out DuckDbChunk? next)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        next = null;
        do
        {
            chunk?.Dispose();
            chunk = null;
            cancellationToken.ThrowIfCancellationRequested();
            DuckDBDataChunk fetched = LiveHandles.Add(NativeMethods.Query.DuckDBFetchChunk(handle.Value));
            GC.KeepAlive(handle);
            if (fetched.IsInvalid)
            {
                fetched.Dispose();
                if (handle.Error is { Length: > 0 } error)
                    throw connection.Failure("duckdb_fetch_chunk", error, sql, cancellationToken, handle.ErrorType);
                return false;
            }
            chunk = new DuckDbChunk(fetched, Columns);
        }
        while (chunk.RowCount == 0);
        next = chunk;
        return true;
    }

    /// <summary>Enumerates the remaining chunks; each is valid until the next one is requested.</summary>
    internal IEnumerable<DuckDbChunk> Chunks()
    {
        while (TryNextChunk(out DuckDbChunk? next))
            yield return next;
    }

    public void Dispose()
    {
        interrupt.Dispose();
        chunk?.Dispose();
        handle.Dispose();
    }
}
