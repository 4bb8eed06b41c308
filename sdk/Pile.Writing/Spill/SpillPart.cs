using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The growing rows of one part of a unit: a table in DuckDB, unless they are few.</summary>
/// <param name="connect">Returns the connection of the unit.</param>
/// <param name="layout">The columns.</param>
/// <param name="layoutNumber">The number of the layout in the unit.</param>
/// <param name="name">The name of the table.</param>
internal sealed class SpillPart(Func<DuckDbConnection> connect, SpillLayout layout, int layoutNumber, string name) : IDisposable
{
    private FewRows? few = new();
    private PartTable? table;

    internal SpillLayout Layout => layout;

    internal long Rows { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Appends a batch: the writer's internal columns, then light values and heavy shapes in the layout's order.</summary>
    internal void Append(IReadOnlyList<DuckDbColumn> columns, int rowCount, long lightBytes)
    {
        Rows += rowCount;
        Bytes += lightBytes;
        if (few?.TryAppend(columns, rowCount, lightBytes) == true)
            return;
        table ??= new PartTable(connect(), layout.CreateTableSql(name), name);
        if (few is not null)
        {
            foreach (IReadOnlyList<DuckDbColumn> batch in few.Batches())
                table.Append(batch);
            few.Dispose();
            few = null;
        }
        table.Append(columns);
    }

    /// <summary>Writes the rows to a file.</summary>
    /// <param name="folder">The folder of the unit.</param>
    /// <param name="number">The number of the part in the unit.</param>
    internal PartRecord Write(string folder, int number)
    {
        string file = $"part-{number:D5}";
        if (table is null)
            return few!.Write(folder, file + FewRows.Extension, layoutNumber);
        string path = Path.Combine(folder, file + ".parquet");
        table.Write(path, Rows, Bytes);
        return new PartRecord(Path.GetFileName(path), layoutNumber, Rows, new FileInfo(path).Length);
    }

    public void Dispose()
    {
        few?.Dispose();
        table?.Dispose();
    }
}
