using Pile.DuckDb;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>A DuckDB database for one SELECT of a user at a time. It may open the listed tiles of the datasets' indexes and no other
/// file.</summary>
/// <remarks>Before the user's text is bound, access to all other files is disabled, extensions and settings are locked, and the views are
/// created. DuckDB spills to a folder that is created for this session and deleted with it.</remarks>
internal sealed class SqlSession : IDisposable
{
    private readonly DuckDbDatabase database;
    private readonly string spillFolder;
    private readonly (int? Threads, long? MemoryBytes) limits;
    private readonly KeyValuePair<string, Dataset>[] views;
    private readonly List<(LocalCopies Copies, IndexSelect Select)> tiles = [];
    private readonly List<(TileVerification Tiles, TileColumns Columns)> verifications = [];

    private SqlSession(DuckDbDatabase database, string spillFolder, IReadOnlyDictionary<string, Dataset> views, SqlOptions options)
    {
        (this.database, this.spillFolder, this.views, limits) = (database, spillFolder, [.. views], LimitsOf(options));
        Connection = database.Connect();
    }

    internal DuckDbConnection Connection { get; private set; }

    /// <summary>Opens a session with a view for each dataset: the light columns of its standard view, then its key unless that
    /// is one of them. The session that the last statement over a dataset left is used again.</summary>
    /// <exception cref="DatasetInvalidException">A tile is missing or does not have the listed size, or an alias cannot be
    /// evaluated.</exception>
    internal static async Task<SqlSession> OpenAsync(IReadOnlyDictionary<string, Dataset> views, SqlOptions options,
        CancellationToken cancellationToken)
    {
        if (views.Count == 1 && views.Values.First().IdleSql.Take() is { } idle)
        {
            if (idle.views[0].Key == views.Keys.First() && idle.limits == LimitsOf(options) && idle.TryRenew())
                return idle;
            idle.Dispose();
        }
        return await OpenAsync(DuckDbDatabase.OpenInMemory, views, options, isVerified: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a session.</summary>
    /// <param name="open">Opens its database.</param>
    /// <param name="views">The datasets by the names of their views.</param>
    /// <param name="options">The limits.</param>
    /// <param name="isVerified">True to fetch and verify all that the views read, because statements are run without the session.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <inheritdoc cref="OpenAsync(IReadOnlyDictionary{string, Dataset}, SqlOptions, CancellationToken)" path="/exception"/>
    internal static async Task<SqlSession> OpenAsync(Func<DuckDbSettings, DuckDbDatabase> open,
        IReadOnlyDictionary<string, Dataset> views, SqlOptions options, bool isVerified, CancellationToken cancellationToken)
    {
        string spill = TemporaryPath.InSystemFolder("sql");
        SqlSession session = new(open(new DuckDbSettings
        {
            Threads = options.Threads,
            MemoryLimitBytes = options.MemoryBytes,
            TempDirectory = spill,
        }), spill, views, options);
        try
        {
            // A statement is bound several times.
            session.Connection.Execute("SET parquet_metadata_cache = true", cancellationToken: cancellationToken);
            List<(string Name, Dataset Dataset, string Sql)> made = [];
            List<string> paths = [];
            foreach ((string name, Dataset dataset) in views)
            {
                FileList files = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
                IndexSelect select = new(() => session.Connection, files, dataset, dataset.View(DatasetView.Standard))
                {
                    IsUnordered =
                    true
                };
                foreach (ViewColumn column in dataset.View(DatasetView.Standard).Columns.Where(c => !c.IsHeavy))
                    select.Output(column);
                if (AddsKey(dataset))
                    select.Output(dataset.Manifest.Partition.Key.Column, dataset.Manifest.Foreign?.KeySql);
                await session.RestrictAsync(select, dataset, name, cancellationToken).ConfigureAwait(false);
                LocalCopies local = await LocalCopies.OfAsync(dataset, files, select.Paths, isFull: isVerified, cancellationToken)
                    .ConfigureAwait(false);
                session.tiles.Add((local, select));
                paths.AddRange(select.Paths.Select(local.PathOf));
                paths.AddRange(dataset.Layers.Select(l => l.State.Path));
                if (local.HasSparse) // a link to a full copy may replace a sparse file, and DuckDB checks the real path
                    paths.AddRange(select.Paths.Select(p => RealPath.Of(Path.Combine(dataset.Store.LocalRoot, p))));
                TileColumns read = new();
                read.AddAll(select.Returned);
                read.AddAll(select.Deciding);
                session.verifications.Add((TileVerification.Open(dataset, files, select.OpenedTiles, local.PathOf, new TileColumns(),
                    cancellationToken), read));
                made.Add((name, dataset, select.Sql(local.PathOf)));
            }
            if (session.HasSparse)
                RemoteTiles.Prepare(session.database);
            session.database.LockDownToFiles([.. paths]);
            foreach ((string name, Dataset dataset, string sql) in made)
                session.MakeView(name, dataset, sql, cancellationToken);
            if (isVerified)
                foreach ((TileVerification tilesOfView, TileColumns read) in session.verifications)
                    tilesOfView.Verify(read, [], isSelective: false, cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>True if the view of a dataset ends with its key, which is not one of its columns.</summary>
    internal static bool AddsKey(Dataset dataset) => dataset.Manifest.Foreign is not { KeySql: null }
        && dataset.View(DatasetView.Standard).FindOrNull(dataset.Manifest.Partition.Key.Column) is null;

    /// <summary>True if some tiles are sparse, so that DuckDB must not read all of them.</summary>
    private bool HasSparse => tiles.Exists(t => t.Copies.HasSparse);

    /// <summary>Leaves out the layers that a statement does not use: DuckDB would join them, because it does not know that each row has
    /// one value at most.</summary>
    /// <param name="used">The columns that it uses; null for all of them.</param>
    /// <param name="cancellationToken">Cancels the definition of the views.</param>
    internal void OmitLayers(HashSet<string>? used, CancellationToken cancellationToken)
    {
        foreach (((string name, Dataset dataset), (LocalCopies copies, IndexSelect view)) in views.Zip(tiles))
        {
            if (dataset.Query().Base is not null)
                continue; // its conditions may use any layer
            ViewSchema columns = dataset.View(DatasetView.Standard);
            AttachedLayer[] unused = used is null ? []
                : [.. dataset.Layers.Where(l => !columns.Columns.Any(c => c.Layer == l && used.Contains(c.SqlName)))];
            if (view.UnusedLayers.SetEquals(unused))
                continue;
            view.UnusedLayers.Clear();
            view.UnusedLayers.UnionWith(unused);
            MakeView(name, dataset, view.Sql(copies.PathOf), cancellationToken);
        }
    }

    /// <summary>Verifies the columns that a statement reads, in all row groups, because any of them may affect its result.</summary>
    /// <remarks>Columns of remote tiles are fetched, and verified then.</remarks>
    /// <param name="select">The checked SELECT.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void Verify(string select, CancellationToken cancellationToken)
    {
        if (!HasSparse && verifications.TrueForAll(v => v.Tiles.IsVerified(v.Columns)))
            return; // saves a second planning in DuckDB
        TileColumns read = ScannedColumns.Of(Connection, select, cancellationToken);
        foreach ((TileVerification files, _) in verifications)
            files.Verify(read, [], isSelective: false, cancellationToken);
        foreach ((LocalCopies copies, IndexSelect all) in tiles)
            new TileFetch(copies, all).FetchAsync(read, read, cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>Reports the plan of a statement for each dataset that requests it.</summary>
    /// <param name="select">The checked SELECT.</param>
    /// <param name="cancellationToken">Cancels the planning.</param>
    internal void Report(string select, CancellationToken cancellationToken)
    {
        foreach (((string name, Dataset dataset), (_, IndexSelect view)) in views.Zip(tiles))
            if (dataset.Options.OnPlan is not null)
                dataset.ReportAsync(() => new QueryPlan(view.TileCount)
                {
                    Tiles = view.Tiles,
                    Columns = ScannedColumns.Of(Connection, select, cancellationToken),
                }, () => $"{name} = {view.Sql(path => path)};\n{select}", cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>Verifies all columns after DuckDB has failed: damage may be the reason.</summary>
    /// <exception cref="DatasetInvalidException">A tile is damaged.</exception>
    internal void VerifyEverything()
    {
        foreach ((TileVerification files, TileColumns columns) in verifications)
            files.VerifyEverything(columns);
    }

    /// <summary>Returns the error of a tile whose values do not fit the columns of its catalogue; null for another error.</summary>
    internal DatasetInvalidException? FindMisfit(DuckDbException e)
    {
        foreach (((_, Dataset dataset), (_, IndexSelect select)) in views.Zip(tiles))
            if (select.FindMisfit(e) is { } finding)
                return new DatasetInvalidException(dataset.Address, finding, HatsTileTypes.NextStep, e);
        return null;
    }

    /// <summary>Checks that no tile has changed since it was verified.</summary>
    /// <exception cref="DatasetInvalidException">A tile has changed.</exception>
    internal void RequireUnchanged() => verifications.ForEach(v => v.Tiles.RequireUnchanged());

    /// <summary>Ends the use of the session for a statement.</summary>
    /// <param name="isComplete">True if all rows of the result were read.</param>
    internal void End(bool isComplete)
    {
        if (!isComplete || views is not [{ Value: { Store.Traits.IsLocal: true } only }] || !only.IdleSql.TryKeep(this))
            Dispose();
    }

    // A connection of its own for each statement: a function such as setseed changes its connection.
    private bool TryRenew()
    {
        try
        {
            RequireUnchanged();
        }
        catch (DatasetInvalidException)
        {
            return false; // the tiles are verified anew
        }
        Connection.Dispose();
        Connection = database.Connect();
        return true;
    }

    private static (int? Threads, long? MemoryBytes) LimitsOf(SqlOptions options) => (options.Threads, options.MemoryBytes);

    public void Dispose()
    {
        Connection.Dispose();
        database.Dispose();
        foreach ((LocalCopies copies, _) in tiles)
            copies.Dispose();
        TemporaryPath.Delete(spillFolder);
    }

    // The rows of a saved query: by its conditions, or by positions. A remote tile is fetched by the columns that the user's SELECT reads,
    // which is known only later, so that row groups outside a region cannot be left out.
    private async Task RestrictAsync(IndexSelect select, Dataset dataset, string name, CancellationToken cancellationToken)
    {
        if (dataset.Query().Base is not { } saved)
            return;
        if (!saved.NeedsPositions(DatasetView.Standard) && (dataset.Store.Traits.IsLocal || saved.Regions.IsEmpty))
        {
            foreach (string condition in saved.Conditions)
                select.Where(SqlExpression.ParseCondition(Connection,
                    CategoryNames.Replace(Connection, condition, dataset.View(DatasetView.Standard))));
            foreach (SearchRegion region in saved.Regions)
                select.Where(region);
            return;
        }
        string table = DuckDbSql.Identifier($"{IndexSelect.SavedTable}_{name}");
        LookupTable.Create(Connection, table,
            LookupTable.SavedRows(await dataset.SavedPositionsAsync(cancellationToken).ConfigureAwait(false)), isTemporary: false);
        select.UsesPosition = true;
        select.Where($"d.{IndexSelect.Position} IN (SELECT id FROM {table})");
    }

    private void MakeView(string name, Dataset dataset, string sql, CancellationToken cancellationToken)
    {
        try
        {
            Connection.Execute($"CREATE OR REPLACE VIEW {DuckDbSql.Identifier(name)} AS {sql}", cancellationToken: cancellationToken);
        }
        catch (DuckDbException e)
        {
            throw new DatasetInvalidException(dataset.Address,
                $"{dataset.IndexWords} cannot be queried: {e.Error.TrimEnd().Split('\n')[0]}",
                "Run 'pile validate' for all findings, then get the dataset again", e);
        }
    }
}
