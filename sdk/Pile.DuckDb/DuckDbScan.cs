namespace Pile.DuckDb;

/// <summary>Makes a source or a table available in SQL until disposed, to any connection of the database; a source may be read
/// once.</summary>
internal sealed class DuckDbScan : IDisposable
{
    private readonly SourceRegistry registry;
    private readonly long id;

    internal DuckDbScan(SourceRegistry registry, IDuckDbSource source)
    {
        this.registry = registry;
        id = registry.Add(source, out string sql);
        Sql = sql;
    }

    internal DuckDbScan(SourceRegistry registry, IDuckDbTable table)
    {
        this.registry = registry;
        id = registry.Add(table, out string sql);
        Sql = sql;
    }

    /// <summary>The table expression: <c>COPY (SELECT * FROM {scan.Sql}) TO …</c>.</summary>
    internal string Sql { get; }

    public void Dispose() => registry.Remove(id);
}
