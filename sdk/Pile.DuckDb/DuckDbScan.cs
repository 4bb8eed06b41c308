namespace Pile.DuckDb;

/// <summary>Makes a source available in SQL until disposed; any connection of the database may read it once.</summary>
internal sealed class DuckDbScan : IDisposable
{
    private readonly SourceRegistry registry;
    private readonly long id;

    internal DuckDbScan(SourceRegistry registry, IDuckDbSource source)
    {
        this.registry = registry;
        id = registry.Add(source);
    }

    /// <summary>The table expression: <c>COPY (SELECT * FROM {scan.Sql}) TO …</c>.</summary>
    internal string Sql => SourceRegistry.SqlOf(id);

    public void Dispose() => registry.Remove(id);
}
