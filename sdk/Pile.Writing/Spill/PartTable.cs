using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>Growing rows in a table of DuckDB, which are written as Parquet.</summary>
internal sealed class PartTable : IDisposable
{
    /// <summary>The size of a row group. DuckDB reads whole groups into memory for sorting.</summary>
    private const long RowGroupBytes = 8L << 20;

    private const long MaxRowGroupRows = 122_880;
    private const int VectorRows = 2048;

    private readonly DuckDbConnection connection;
    private readonly string name;
    private readonly DuckDbAppender appender;
    private bool isDropped;

    /// <param name="connection">The connection.</param>
    /// <param name="createSql">Creates the table.</param>
    /// <param name="name">Its name.</param>
    internal PartTable(DuckDbConnection connection, string createSql, string name)
    {
        (this.connection, this.name) = (connection, name);
        connection.Execute(createSql);
        try
        {
            appender = connection.Append(name);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Appends a batch.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns) => appender.Append(columns);

    /// <summary>Writes the rows as one Parquet file.</summary>
    internal void Write(string path, long rows, long bytes)
    {
        appender.Complete();
        long groupRows = Math.Clamp(RowGroupBytes * rows / Math.Max(bytes, 1) / VectorRows * VectorRows, VectorRows, MaxRowGroupRows);
        connection.Execute($"COPY {DuckDbSql.Identifier(name)} TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION snappy, "
            + $"ROW_GROUP_SIZE {groupRows})");
    }

    public void Dispose()
    {
        appender.Dispose();
        Drop();
    }

    private void Drop()
    {
        if (!isDropped)
            connection.Execute($"DROP TABLE IF EXISTS {DuckDbSql.Identifier(name)}");
        isDropped = true;
    }
}
