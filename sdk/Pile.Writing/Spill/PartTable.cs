using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The growing rows of one part: a table in DuckDB, written as Parquet when it is large enough.</summary>
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

    internal PartTable(DuckDbConnection connection, SpillLayout layout, int layoutNumber, string name)
    {
        (this.connection, this.name, Layout, LayoutNumber) = (connection, name, layout, layoutNumber);
        connection.Execute(layout.CreateTableSql(name));
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

    internal SpillLayout Layout { get; }

    internal int LayoutNumber { get; }

    internal long Rows { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Appends a batch: the writer's internal columns, then light values and heavy shapes in the layout's order.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount, long lightBytes)
    {
        appender.Append(columns);
        Rows += rowCount;
        Bytes += lightBytes;
    }

    /// <summary>Writes the rows as one Parquet file.</summary>
    internal PartRecord Write(string folder, string fileName)
    {
        appender.Complete();
        string path = Path.Combine(folder, fileName);
        long groupRows = Math.Clamp(RowGroupBytes * Rows / Math.Max(Bytes, 1) / VectorRows * VectorRows, VectorRows, MaxRowGroupRows);
        connection.Execute($"COPY {DuckDbSql.Identifier(name)} TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION snappy, "
            + $"ROW_GROUP_SIZE {groupRows})");
        return new PartRecord(fileName, LayoutNumber, Rows, new FileInfo(path).Length);
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
