using DuckDB.NET.Native;

namespace Pile.DuckDb;

/// <summary>A statement that is planned once and runs several times.</summary>
/// <remarks>A table that it reads may have other rows each time, but the same columns. It must be disposed before its connection.</remarks>
internal sealed class DuckDbStatement(DuckDbConnection connection, DuckDBPreparedStatement handle, string sql) : IDisposable
{
    /// <summary>Runs the statement, and streams its rows.</summary>
    /// <inheritdoc cref="DuckDbConnection.Query(string, ReadOnlySpan{DuckDbParameter}, CancellationToken)"/>
    internal DuckDbResult Query(CancellationToken cancellationToken = default) => connection.Query(handle, sql, cancellationToken);

    public void Dispose() => handle.Dispose();
}
